import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { type Fault, KontorError } from '../errors.ts'
import { settingsInFile } from './file.ts'
import { findKeptSecret, keptSecret } from './kept.ts'
import { type Findings, type Given, misconfigured, mistake } from './mistakes.ts'
import { brokenRules } from './rules.ts'
import { assemble, type Loaded, required, settings } from './settings.ts'
import type { Config } from './types.ts'
import { settingsInEnvironment } from './variables.ts'

/** The environment variables of a process, as in `process.env`. */
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the configuration: a YAML file, then the environment over it; all of it frozen.
 * The file is `file`, else the one that `KONTOR_CONFIG` names, else `kontor.yaml` in the working directory if there is one.
 * Without `management.apiKey` and `keys.passphrase` random ones are made once and kept in the `directory`.
 *
 * Throws a KontorError `configuration` that names every mistake at once, with one fault for each.
 */
export async function loadConfig(options: { file?: string | undefined; environment: Environment }): Promise<Config> {
  const { environment } = options
  const named = options.file || environment.KONTOR_CONFIG || undefined
  const file = resolve(named ?? 'kontor.yaml')
  const text = await textOf(file, named !== undefined)

  const config = decide(
    text === undefined ? nothing : settingsInFile(text, basename(file), dirname(file)),
    settingsInEnvironment(environment, process.cwd()),
    text === undefined ? process.cwd() : dirname(file),
    environment,
  )
  return freeze(await withKeptSecrets(config))
}

/** What holds for a participant where nothing else is set: for labs and tests, which set what is theirs. The secrets in the directory are not there. */
export function standardConfig(participantId: string): Loaded {
  const given = new Map([['participant.id', { value: participantId, where: 'given', folder: '/' }]])
  return decide({ given, mistakes: [] }, nothing, '/', {})
}

/** What a file and the environment say, and what is wrong with it. */
export interface SettingsRead {
  /** By the settings' names, as they were given: nothing is checked yet. */
  readonly given: ReadonlyMap<string, unknown>
  readonly faults: readonly Fault[]
  /** What holds; undefined where something is wrong. */
  readonly config: Loaded | undefined
}

/** Looks at the text of a file as `loadConfig` would, but neither needs nor makes the secrets in the directory. Throws for what is no YAML. */
export function readSettings(text: string, file: string, environment: Environment): SettingsRead {
  const path = resolve(file)
  const fromFile = settingsInFile(text, basename(path), dirname(path))
  const fromEnvironment = settingsInEnvironment(environment, process.cwd())
  const given = new Map([...fromFile.given, ...fromEnvironment.given].map(([name, { value }]) => [name, value]))
  try {
    return { given, faults: [], config: decide(fromFile, fromEnvironment, dirname(path), environment) }
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    return { given, faults: error.faults, config: undefined }
  }
}

/** What nobody has set is in the directory. A key that keys are encrypted with is looked for even when it is no longer needed. */
async function withKeptSecrets({ management, keys, kms, directory, ...config }: Loaded): Promise<Config> {
  const apiKeyFile = { directory, name: 'management.key', setting: 'management.apiKey', remedy: removal }
  const secretFile = { directory, name: 'keys.secret', setting: 'keys.passphrase', remedy: restoration }
  const find = keys.passphrase === undefined && kms.wrappingKey === undefined ? keptSecret : findKeptSecret
  const [apiKey, secret] = [management.apiKey ?? (await keptSecret(apiKeyFile)), await find(secretFile)]
  return { ...config, kms, directory, management: { ...management, apiKey }, keys: { ...keys, secret } }
}

const removal = 'remove the file or set the key'
const restoration = 'restore the file: the keys in the database are encrypted with what was in it'

const nothing: Findings = { given: new Map(), mistakes: [] }

/** A file that was asked for must be there; the usual one need not. */
async function textOf(file: string, asked: boolean): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT' && !asked) return undefined
    throw misconfigured([mistake(`The configuration file ${file}`, undefined, `cannot be read (${code})`)])
  }
}

/** From what was given to what holds, or to the list of all that is wrong. */
function decide(fromFile: Findings, fromEnvironment: Findings, folder: string, environment: Environment): Loaded {
  const given = new Map([...fromFile.given, ...fromEnvironment.given])
  const mistakes: Fault[] = [...fromFile.mistakes, ...fromEnvironment.mistakes]
  const values = new Map<string, unknown>()

  for (const [name, kind, standard] of settings) {
    const one: Given | undefined = given.get(name) ?? standardOf(standard, folder)
    if (one === undefined) {
      if (standard === required) mistakes.push(mistake(name, undefined, `is missing; it must be ${kind.allowed}`))
      continue
    }
    const parsed = kind.parse(one.value, { folder: one.folder, environment })
    if ('value' in parsed) values.set(name, parsed.value)
    else mistakes.push(...parsed.wrong.map(({ at, problem }) => mistake(name + at, one.where, problem)))
  }

  if (mistakes.length > 0) throw misconfigured(mistakes)
  const config = assemble(values)
  const broken = brokenRules(config)
  if (broken.length > 0) throw misconfigured(broken)
  return config
}

/** A default is parsed like anything that is given, so that the manual shows it as one would write it. */
const standardOf = (standard: unknown, folder: string): Given | undefined =>
  standard === null || standard === required ? undefined : { value: standard, where: 'default', folder }

/** Freezes a value and everything in it. */
function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner)
  return Object.freeze(value)
}
