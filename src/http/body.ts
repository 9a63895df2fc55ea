import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { invalid, KontorError } from '../errors.ts'
import { parseJson } from './json.ts'
import { parseYaml } from './yaml.ts'

/** What `readJson` has to see of a Koa context. */
export interface BodyContext {
  readonly req: IncomingMessage
  set(header: string, value: string): void
}

/** How much is taken. */
export interface BodyLimits {
  /** Bytes; default 1 MiB. */
  readonly limit?: number
  /** Nesting of objects and arrays; default 64. */
  readonly depth?: number
}

/**
 * Reads the JSON body of a request, which nobody may have begun to read.
 *
 * Throws `unsupported-media-type` (415) for other types, charsets and any Content-Encoding, `too-large` (413, and the
 * connection ends: the rest is not read), `invalid` (400) for what is not the JSON we take, and `aborted` (400) when the
 * sender went away in the middle.
 */
export async function readJson(ctx: BodyContext, limits: BodyLimits = {}): Promise<unknown> {
  const { limit = 1024 * 1024, depth } = limits
  checkType(ctx.req.headers)
  const bytes = await readBytes(ctx, limit)
  if (!isUtf8(bytes)) throw invalid('The body is not valid UTF-8; send JSON as UTF-8.')
  return parseJson(bytes.toString('utf8'), depth)
}

/**
 * Reads the body of a request as JSON, or as YAML where its type says so (RFC 9512). Throws like `readJson`.
 */
export async function readDocument(ctx: BodyContext, limits: BodyLimits = {}): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = ctx.req.headers
  if (!yaml.test(type)) return readJson(ctx, limits)
  if (encoding !== 'identity') throw unsupported('Content-Encoding', 'a body that is not compressed')
  const bytes = await readBytes(ctx, limits.limit ?? 1024 * 1024)
  if (!isUtf8(bytes)) throw invalid('The body is not valid UTF-8; send YAML as UTF-8.')
  return parseYaml(bytes.toString('utf8'), limits.depth)
}

/** Reads the form in the body of a request, which nobody may have begun to read. Throws like `readJson`. */
export async function readForm(
  ctx: BodyContext,
  { limit = 64 * 1024 }: { limit?: number } = {},
): Promise<URLSearchParams> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = ctx.req.headers
  if (!form.test(type)) throw unsupported('Content-Type', 'application/x-www-form-urlencoded')
  if (encoding !== 'identity') throw unsupported('Content-Encoding', 'a body that is not compressed')
  return new URLSearchParams((await readBytes(ctx, limit)).toString('utf8'))
}

const form = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i
const yaml = /^(?:application|text)\/(?:x-)?yaml[ \t]*(?:;|$)/i
const json = /^application\/(?:ld\+)?json[ \t]*(?:;|$)/i
const charset = /;[ \t]*charset[ \t]*=[ \t]*"?([^";]*)/i

function checkType({
  'content-type': type = '',
  'content-encoding': encoding = 'identity',
}: IncomingHttpHeaders): void {
  if (type !== 'application/json') {
    if (!json.test(type)) throw unsupported('Content-Type', 'application/json or application/ld+json')
    const [, name = 'utf-8'] = charset.exec(type) ?? []
    if (!/^utf-?8\s*$/i.test(name)) throw unsupported('charset', 'UTF-8')
  }
  if (encoding !== 'identity') throw unsupported('Content-Encoding', 'a body that is not compressed')
}

const unsupported = (what: string, taken: string): KontorError =>
  new KontorError('unsupported-media-type', 415, `The ${what} of the body is not supported; send ${taken}.`)

async function readBytes(ctx: BodyContext, limit: number): Promise<Buffer> {
  const tooLarge = () => {
    // The rest stays unread, so nothing can follow on this connection.
    ctx.set('Connection', 'close')
    return new KontorError('too-large', 413, `The body is larger than ${limit} bytes; send less.`)
  }
  if (Number(ctx.req.headers['content-length'] ?? 0) > limit) throw tooLarge()
  return (await collect(ctx.req, limit)) ?? Promise.reject(tooLarge())
}

/** The whole body, or nothing when there is more than the limit: then reading has stopped. */
function collect(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const gone = () => reject(new KontorError('aborted', 400, 'The sender went away before the body was complete.'))
    if (request.destroyed) return gone()
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= limit) return
      request.pause()
      resolve(undefined)
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size)))
    request.on('error', gone)
  })
}
