import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { maven } from './tools.ts'

/** A package of Maven Central, and what of the packages it asks for is left out (`group:artifact`, `*:*` for all). */
export type Artifact = readonly [group: string, artifact: string, version: string, ...without: string[]]

/** A program that comes in packages of Maven Central. */
export interface Packages {
  /** What its folder is called. */
  readonly name: string
  /** What people call it: `the conformance kit`. */
  readonly what: string
  readonly artifacts: readonly Artifact[]
}

const element = (name: string, ...content: string[]): string => `<${name}>${content.join('')}</${name}>`

const coordinates = (group: string, artifact: string): string =>
  element('groupId', group) + element('artifactId', artifact)

function dependency([group, artifact, version, ...without]: Artifact): string {
  const exclusions = without.map(name => {
    const [group = '', artifact = ''] = name.split(':')
    return element('exclusion', coordinates(group, artifact))
  })
  return element(
    'dependency',
    coordinates(group, artifact),
    element('version', version),
    element('exclusions', ...exclusions),
  )
}

const pomOf = ({ name, artifacts }: Packages) => `<project xmlns="http://maven.apache.org/POM/4.0.0">
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
 * The folder with the packages and all they need, fetched from Maven Central if it is not in the user's cache yet.
 * Two that fetch at once do not disturb each other. Throws `Unable`.
 */
export async function fetchPackages(wanted: Packages, say: (line: string) => void): Promise<string> {
  const pom = pomOf(wanted)
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kontor')
  const folder = join(cache, `${wanted.name}-${createHash('sha256').update(pom).digest('hex').slice(0, 8)}`)
  if (await exists(folder)) return folder
  say(`fetching ${wanted.what}`)
  await mkdir(cache, { recursive: true })
  const draft = await mkdtemp(join(cache, 'fetching-'))
  try {
    await writeFile(join(draft, 'pom.xml'), pom)
    const words = [
      '-f',
      join(draft, 'pom.xml'),
      '-DincludeScope=runtime',
      `-DoutputDirectory=${join(draft, 'lib')}`,
      COPY,
    ]
    // A line may break once. Unless told so by -U, Maven would not ask again for what it has not got.
    await maven(wanted.what, words).catch(() => maven(wanted.what, ['-U', ...words]))
    await rename(join(draft, 'lib'), folder).catch(async error => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return folder
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
