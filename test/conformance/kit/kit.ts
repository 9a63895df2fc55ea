import type { Artifact, Packages } from '../../support/java/packages.ts'

/** What both kits need beside their own packages. */
// biome-ignore format: a table is read by its columns
const common: readonly Artifact[] = [
  // `okhttp`, which the kits ask for, is an empty jar to Maven since version 5: the classes are here.
  [ 'com.squareup.okhttp3',   'okhttp-jvm',               '5.3.0' ],
  // Runs the tests from the command line; of the same release as the JUnit the kits bring.
  [ 'org.junit.platform',     'junit-platform-console',   '6.0.2' ],
]

/** A conformance kit of that name, from its own packages and the common ones. */
export const kitOf = (name: string, artifacts: readonly Artifact[]): Packages => ({
  name,
  what: 'the conformance kit',
  artifacts: [...artifacts, ...common],
})
