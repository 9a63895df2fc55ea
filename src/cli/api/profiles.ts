import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { invalid } from '../../errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A connector of ours that commands talk to. */
export interface Profile {
  readonly url: string | undefined
  readonly key: string | undefined
}

/** A participant under a name of our own. */
export interface KnownPeer {
  readonly id: string | undefined
  readonly address: string | undefined
}

/** What stands in the file of profiles. */
export interface Profiles {
  /** The file, whether it is there or not. */
  readonly file: string
  /** The profile that is taken when none is named. */
  readonly use: string | undefined
  readonly profiles: ReadonlyMap<string, Profile>
  readonly peers: ReadonlyMap<string, KnownPeer>
}

/** `KONTOR_PROFILES`, else `kontor/profiles.yaml` where programs keep their settings. */
const fileOf = ({ KONTOR_PROFILES, XDG_CONFIG_HOME, HOME = '' }: Environment): string =>
  KONTOR_PROFILES || join(XDG_CONFIG_HOME || join(HOME, '.config'), 'kontor', 'profiles.yaml')

/** Reads the profiles; a file that is not there has none. Throws `invalid` for one that cannot be understood, or that others can read a key in. */
export function readProfiles(environment: Environment): Profiles {
  const file = resolve(fileOf(environment))
  const text = textOf(file)
  const content = text === undefined ? {} : object(parsed(text, file), file)
  const profiles = new Map(
    entries(content.profiles, file).map(
      ([name, given]) => [name, profileOf(given, file, environment.HOME ?? '~')] as const,
    ),
  )
  const peers = new Map(
    entries(content.peers, file).map(
      ([name, { id, address }]) => [name, { id: optional(id), address: optional(address) }] as const,
    ),
  )
  return { file, use: optional(content.use), profiles, peers }
}

type Given = Readonly<Record<string, unknown>>

/** The key is looked at when it is needed: what is wrong with one profile is no matter for others. */
function profileOf({ url, key, keyFile }: Given, file: string, home: string): Profile {
  return {
    url: optional(url),
    get key() {
      if (typeof key === 'string') demandPrivate(file)
      return optional(key) ?? (typeof keyFile === 'string' ? keyIn(keyFile, file, home) : undefined)
    },
  }
}

/** Relative to the file, `~` is the home directory. */
function keyIn(keyFile: string, file: string, home: string): string {
  const path = resolve(dirname(file), keyFile.replace(/^~(?=\/)/, home))
  const key = textOf(path)?.trim()
  if (key) return key
  throw invalid(`${file} says that a key is in ${path}, which cannot be read, or is empty.`)
}

/** A key that everybody on the machine can read is none. */
function demandPrivate(file: string): void {
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw invalid(`There is a key in ${file}, and others can read it: run chmod 600 ${file}.`)
}

function parsed(text: string, file: string): unknown {
  try {
    return parse(text)
  } catch {
    // The parser's sentence quotes what stands there, which may be a key.
    throw invalid(`${file} is not YAML.`)
  }
}

const optional = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function object(value: unknown, file: string): Given {
  if (value === null || value === undefined) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Given
  throw invalid(`${file} must have names with values, such as "profiles:" and "peers:".`)
}

const entries = (value: unknown, file: string): readonly (readonly [string, Given])[] =>
  Object.entries(object(value, file)).map(([name, given]) => [name, object(given, file)])

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw invalid(`${file} cannot be read.`, { cause: error })
  }
}
