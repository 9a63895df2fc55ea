import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { misconfigured, mistake } from './mistakes.ts'
import { Secret } from './types.ts'

/** A secret in a file of the directory, which stands in for one that nobody has set. */
interface Place {
  readonly directory: string
  readonly name: string
  /** The setting that would make it needless, for messages. */
  readonly setting: string
  /** What to do when the file is broken. */
  readonly remedy: string
}

/** The secret in the file; made at the first time, for its owner only. Throws a KontorError `configuration` when that cannot be. */
export async function keptSecret(place: Place): Promise<Secret> {
  return refusing(place, async file => check(place, file, (await kept(file)) ?? (await make(place.directory, file))))
}

/** The secret in the file, if there is one. Throws a KontorError `configuration` when it cannot be read. */
export async function findKeptSecret(place: Place): Promise<Secret | undefined> {
  return refusing(place, async file => {
    const text = await kept(file)
    return text === undefined ? undefined : check(place, file, text)
  })
}

function check({ setting, remedy }: Place, file: string, text: string): Secret {
  if (text.length >= 16) return new Secret(text)
  throw misconfigured([mistake(setting, undefined, `is kept in ${file}, which is too short; ${remedy}`)])
}

async function refusing<T>({ directory, name, setting }: Place, work: (file: string) => Promise<T>): Promise<T> {
  const file = join(directory, name)
  try {
    return await work(file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error.code === 'configuration') throw error
    throw misconfigured([mistake(setting, undefined, `cannot be kept in ${file} (${error.code}); set it`)])
  }
}

async function kept(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  return text?.trim()
}

/** Written aside and linked into place: of two processes that start at once, both take the key of the first. */
async function make(directory: string, file: string): Promise<string> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  const key = randomBytes(32).toString('base64url')
  await mkdir(directory, { recursive: true })
  await writeFile(aside, `${key}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(aside, file)
    return key
  } catch (error) {
    const theirs = await kept(file)
    if (theirs === undefined) throw error
    return theirs
  } finally {
    await rm(aside)
  }
}
