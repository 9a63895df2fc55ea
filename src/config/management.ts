import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { settingsInFile } from './file.ts'
import type { Given } from './mistakes.ts'
import { settings } from './settings.ts'
import { Secret } from './types.ts'
import { settingsInEnvironment } from './variables.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where the management API of the configured connector is, and its key, as far as that can be told. */
interface FoundManagement {
  readonly url: string
  readonly key: Secret | undefined
}

/**
 * Finds the management API of the connector that is configured here, for commands that talk to it: by the same file and variables as
 * `loadConfig`, without demanding that the rest be complete, and without making anything. The key that a first start has made is
 * found in the `directory`.
 */
export function findManagement(environment: Environment, folder: string): FoundManagement {
  const file = resolve(folder, environment.KONTOR_CONFIG || 'kontor.yaml')
  const text = read(file)
  const fromFile = text === undefined ? [] : [...settingsInFile(text, file, dirname(file)).given]
  const given = new Map([...fromFile, ...settingsInEnvironment(environment, folder).given])
  const settingOf = <T>(name: string) =>
    parsed<T>(name, given, text === undefined ? folder : dirname(file), environment)

  const host = settingOf<string>('management.host') ?? '127.0.0.1'
  const port = settingOf<number>('management.port') || 8181
  const kept = read(join(settingOf<string>('directory') ?? folder, 'management.key'))?.trim()
  return {
    url: originOf(host, port),
    key: settingOf<Secret>('management.apiKey') ?? (kept ? new Secret(kept) : undefined),
  }
}

/** Who listens everywhere is reached on this machine. */
function originOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** A setting's value, or its default; nothing where it is wrong or was not given. The type follows the settings' table. */
function parsed<T>(
  name: string,
  given: ReadonlyMap<string, Given>,
  folder: string,
  environment: Environment,
): T | undefined {
  const [, kind, standard] = settings.find(([each]) => each === name) ?? []
  const one =
    given.get(name) ?? (typeof standard === 'symbol' || standard === null ? undefined : { value: standard, folder })
  const result = one && kind?.parse(one.value, { folder: one.folder, environment })
  return result && 'value' in result ? (result.value as T) : undefined
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
