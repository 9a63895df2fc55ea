import type { Artifact, Packages } from '../java/packages.ts'

/** The newest release of which Maven Central has all packages. */
const EDC = '0.15.1'

/** A parent POM that `jetty-core` asks for as if there were a jar. */
const NO_JAR = 'org.eclipse.jetty.websocket:jetty-websocket'

// biome-ignore format: a table is read by its columns
const artifacts: readonly Artifact[] = [
  // group               artifact                         version     without
  // Its control plane and its data plane, in one process: so there is nothing to be selected elsewhere.
  [ 'org.eclipse.edc',   'controlplane-base-bom',         EDC,        NO_JAR, 'org.eclipse.edc:edr-cache-api'              ],
  [ 'org.eclipse.edc',   'dataplane-base-bom',            EDC,        NO_JAR, 'org.eclipse.edc:data-plane-selector-client' ],
  // All that it keeps, in PostgreSQL.
  [ 'org.eclipse.edc',   'controlplane-feature-sql-bom',  EDC                                                              ],
  [ 'org.eclipse.edc',   'dataplane-feature-sql-bom',     EDC                                                              ],
  // Participants tell each other who they are, and are believed.
  [ 'org.eclipse.edc',   'iam-mock',                      EDC                                                              ],
  [ 'org.eclipse.edc',   'data-plane-util',               EDC                                                              ],
  [ 'org.eclipse.edc',   'jersey-providers-lib',          EDC                                                              ],
  // Their newest packages are older; they run on the rest.
  [ 'org.eclipse.edc',   'edr-cache-api',                 '0.14.0',   '*:*'                                                ],
  [ 'org.eclipse.edc',   'data-plane-public-api-v2',      '0.13.0',   '*:*'                                                ],
]

/** The Eclipse EDC as a connector that one can run. */
export const edcPackages: Packages = { name: `edc-${EDC}`, what: 'the Eclipse EDC', artifacts }
