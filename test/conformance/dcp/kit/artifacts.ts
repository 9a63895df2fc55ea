import type { Artifact, Packages } from '../../../support/java/packages.ts'
import { kitOf } from '../../kit/kit.ts'

const VERSION = '1.0.0-RC6'

const artifacts: readonly Artifact[] = [
  ['org.eclipse.dataspacetck.dcp', 'dcp-system', VERSION],
  ['org.eclipse.dataspacetck.dcp', 'dcp-testcases', VERSION],
]

/** The conformance kit of the Decentralized Claims Protocol. */
export const dcpKit: Packages = kitOf(`dcp-tck-${VERSION}`, artifacts)
