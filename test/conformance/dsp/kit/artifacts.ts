import type { Artifact, Packages } from '../../../support/java/packages.ts'
import { kitOf } from '../../kit/kit.ts'

const VERSION = '1.0.0-RC6'

// biome-ignore format: a table is read by its columns
const artifacts: readonly Artifact[] = [
  // group                             artifact                      version   what for
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-system',                 VERSION ], // its core, its clients, its own connector
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-metadata',               VERSION ], // MET
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-catalog',                VERSION ], // CAT
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-contract-negotiation',   VERSION ], // CN, CN_C
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-transfer-process',       VERSION ], // TP, TP_C
]

/** The conformance kit of the Dataspace Protocol. */
export const dspKit: Packages = kitOf(`dsp-tck-${VERSION}`, artifacts)
