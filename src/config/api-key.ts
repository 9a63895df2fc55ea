import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { misconfigured, mistake } from './mistakes.ts'
import { Secret } from './types.ts'

/**
 * The key of the management API that nobody has set: made once, kept in `<directory>/management.key` (readable by its
 * owner only), the same ever after. Throws a KontorError `configuration` when the file cannot be kept or is empty.
 */
export async function apiKeyFrom(directory: string): Promise<Secret> {
  const file = join(directory, 'management.key')
  try {
    const key = (await kept(file)) ?? (await make(directory, file))
    if (key.length >= 16) return new Secret(key)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw misconfigured([mistake('management.apiKey', undefined, `cannot be kept in ${file} (${code}); set it`)])
  }
  throw misconfigured([
    mistake('management.apiKey', undefined, `is kept in ${file}, which is too short; remove the file or set the key`),
  ])
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
