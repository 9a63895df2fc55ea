import { type Artifact, common, type Kit } from '../../kit/fetch.ts'

const VERSION = '1.0.0-RC6'

const artifacts: readonly Artifact[] = [
  ['org.eclipse.dataspacetck.dcp', 'dcp-system', VERSION],
  ['org.eclipse.dataspacetck.dcp', 'dcp-testcases', VERSION],
]

/** The conformance kit of the Decentralized Claims Protocol. */
export const dcpKit: Kit = { name: `dcp-tck-${VERSION}`, artifacts: [...artifacts, ...common] }
