import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { maven } from './tools.ts'

const VERSION = '1.0.0-RC6'

// biome-ignore format: a table is read by its columns
const artifacts = [
  // group                             artifact                      version   what for
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-system',                 VERSION ], // its core, its clients, its own connector
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-metadata',               VERSION ], // MET
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-catalog',                VERSION ], // CAT
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-contract-negotiation',   VERSION ], // CN, CN_C
  [ 'org.eclipse.dataspacetck.dsp',    'dsp-transfer-process',       VERSION ], // TP, TP_C
  // `okhttp`, which the kit asks for, is an empty jar to Maven since version 5: the classes are here.
  [ 'com.squareup.okhttp3',            'okhttp-jvm',                 '5.3.0' ],
  // Runs the tests from the command line; of the same release as the JUnit the kit brings.
  [ 'org.junit.platform',              'junit-platform-console',     '6.0.2' ],
] as const

const dependency = ([group, artifact, version]: (typeof artifacts)[number]): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>kontor</groupId>
  <artifactId>dsp-conformance-kit</artifactId>
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
export async function fetchKit(say: (line: string) => void): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kontor')
  const kit = join(cache, `dsp-tck-${VERSION}-${createHash('sha256').update(pom).digest('hex').slice(0, 8)}`)
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
