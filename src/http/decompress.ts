import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

const unzip = promisify(gunzip)
const unpack = {
  gzip: unzip,
  'x-gzip': unzip,
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}

/**
 * Undoes a Content-Encoding. Rejects with the code `ERR_BUFFER_TOO_LARGE` as soon as more than `max` bytes come out, with
 * `ENCODING_UNKNOWN` for an encoding we never asked for, and with zlib's codes for broken input.
 */
export async function decompress(bytes: Buffer, encoding: string, max: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase()
  if (name === 'identity' || bytes.length === 0) return bytes
  if (!isKnown(name)) throw Object.assign(new Error('unknown content encoding'), { code: 'ENCODING_UNKNOWN' })
  return unpack[name](bytes, { maxOutputLength: max })
}

const isKnown = (name: string): name is keyof typeof unpack => Object.hasOwn(unpack, name)
