import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { badGateway } from '../errors.ts'
import type { Access } from './access.ts'
import { answerFor, type FileAnswer } from './file-answer.ts'
import { mediaTypeOf } from './media-type.ts'
import type { Asked, Opened } from './opened.ts'
import type { FileSource } from './source.ts'
import { demandNoPath } from './target.ts'

/** Opens a file that lies in `directory`, links resolved. Throws `bad-gateway` for whatever is not a regular file in there. */
export async function openFile(
  directory: string | undefined,
  source: FileSource,
  asked: Asked,
  { buffer }: Pick<Access, 'buffer'>,
): Promise<Opened> {
  demandNoPath(asked.path)
  if (directory === undefined) throw missing()
  const { handle, size, modified } = await openRegular(await placeOf(directory, source.path))
  const contentType = source.contentType ?? mediaTypeOf(source.path)
  return openedBy(handle, asked.method, answerFor(asked.method, asked.headers, { size, modified, contentType }), buffer)
}

async function openedBy(
  handle: FileHandle,
  method: string,
  { status, headers, range }: FileAnswer,
  highWaterMark: number,
): Promise<Opened> {
  if (range !== undefined && method !== 'HEAD') {
    const body = handle.createReadStream({ start: range.first, end: range.last, highWaterMark })
    return { status, headers, body }
  }
  await handle.close()
  return { status, headers, body: undefined }
}

/** The real place of the file, when that is inside the directory: links may lead about in there, not out of it. */
async function placeOf(directory: string, path: string): Promise<string> {
  const [root, place] = await Promise.all([realpath(directory), realpath(join(directory, path))]).catch(cause => {
    throw missing(cause)
  })
  const inside = relative(root, place)
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) throw missing()
  return place
}

/** Neither waits at a pipe nor follows a link that was put there since we looked. */
async function openRegular(place: string): Promise<{ handle: FileHandle; size: number; modified: bigint }> {
  const handle = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(cause => {
    throw missing(cause)
  })
  const stat = await handle.stat({ bigint: true })
  if (stat.isFile()) return { handle, size: Number(stat.size), modified: stat.mtimeNs }
  await handle.close()
  throw missing()
}

const missing = (cause?: unknown) =>
  badGateway('The file with the data cannot be opened: its provider must look after it.', { cause })
