import { chmod, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { invalid, type KontorError } from '../../errors.ts'
import { type Changes, changeSettings } from './change.ts'
import { diffLines } from './diff.ts'

/** A configuration file, or the place where one is to be. */
export interface SettingsFile {
  readonly path: string
  /** Relative paths in it start from there. */
  readonly folder: string
  readonly text: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** The file that `kontor serve` would read; one that is not there has nothing in it. Throws `invalid` for one that cannot be read. */
export async function openSettingsFile(file: string | undefined, environment: Environment): Promise<SettingsFile> {
  const path = resolve(file || environment.KONTOR_CONFIG || 'kontor.yaml')
  return { path, folder: dirname(path), text: await textOf(path) }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw unusable(path, 'read', error)
  }
}

/** What is to become of a file: told to people first, then written. */
export interface Proposal {
  readonly file: SettingsFile
  readonly text: string
  readonly diff: string
}

/** Other settings in a file. */
export function propose(file: SettingsFile, changes: Changes, { color }: { color: boolean }): Proposal {
  const text = changeSettings(file.text, changes)
  return { file, text, diff: diffLines(file.text, text, { color }) }
}

/** Writes it beside, and then in the place of the former one: nobody ever reads half a file. Who may read it stays. */
export async function accept({ file, text }: Proposal): Promise<void> {
  try {
    const place = file.text === '' ? file.path : await realpath(file.path)
    const mode = file.text === '' ? 0o600 : (await stat(place)).mode & 0o777
    const aside = `${place}.new`
    await writeFile(aside, text, { mode })
    await chmod(aside, mode)
    await rename(aside, place)
  } catch (error) {
    throw unusable(file.path, 'written', error)
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'no reason given'

const unusable = (path: string, what: string, cause: unknown): KontorError =>
  invalid(`The configuration file ${path} cannot be ${what} (${codeOf(cause)}).`, { cause })
