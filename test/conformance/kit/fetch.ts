import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { maven } from './tools.ts'

/** A package of Maven Central. */
export type Artifact = readonly [group: string, artifact: string, version: string]

/** What a conformance kit consists of. */
export interface Kit {
  /** What its folder is called. */
  readonly name: string
  readonly artifacts: readonly Artifact[]
}

/** What both kits need beside their own packages. */
// biome-ignore format: a table is read by its columns
export const common: readonly Artifact[] = [
  // `okhttp`, which the kits ask for, is an empty jar to Maven since version 5: the classes are here.
  [ 'com.squareup.okhttp3',   'okhttp-jvm',               '5.3.0' ],
  // Runs the tests from the command line; of the same release as the JUnit the kits bring.
  [ 'org.junit.platform',     'junit-platform-console',   '6.0.2' ],
]

const dependency = ([group, artifact, version]: Artifact): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`

const pomOf = ({ name, artifacts }: Kit) => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>kontor</groupId>
  <artifactId>${name}</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    ${artifacts.map(dependency).join('\n    ')}
  </dependencies>
</project>
`

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/**
 * The folder with the kit and all it needs, fetched from Maven Central (20 MB) if it is not in the user's cache yet.
 * Two that fetch at once do not disturb each other. Throws `Unable`.
 */
export async function fetchKit(wanted: Kit, say: (line: string) => void): Promise<string> {
  const pom = pomOf(wanted)
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kontor')
  const kit = join(cache, `${wanted.name}-${createHash('sha256').update(pom).digest('hex').slice(0, 8)}`)
  if (await exists(kit)) return kit
  say('fetching the conformance kit')
  await mkdir(cache, { recursive: true })
  const draft = await mkdtemp(join(cache, 'fetching-'))
  try {
    await writeFile(join(draft, 'pom.xml'), pom)
    await maven([
      '-f',
      join(draft, 'pom.xml'),
      '-DincludeScope=runtime',
      `-DoutputDirectory=${join(draft, 'lib')}`,
      COPY,
    ])
    await rename(join(draft, 'lib'), kit).catch(async error => {
      if (!(await exists(kit))) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return kit
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
