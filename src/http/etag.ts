import { createHash } from 'node:crypto'
import type Koa from 'koa'

/** 160 bits of a SHA-256 digest: nobody finds two contents with the same. */
const LENGTH = 27

/**
 * Gives the answer the ETag of its content, which is a digest, so that nobody need keep account of changes; and answers 304 if the asker has that
 * content already (RFC 9110 §13.1.2). Whether it does is the result: then nothing is left to be done. Compressed it has a tag of its own,
 * since its bytes are others, but it is the same content. Koa's own `ctx.fresh` gives way to `Cache-Control: no-cache`, which some clients
 * send with each question.
 *
 * @example
 * if (isKnown(ctx, text)) return
 * ctx.body = text
 */
export function isKnown(ctx: Koa.Context, content: string, { coding }: { coding?: 'gzip' | undefined } = {}): boolean {
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, LENGTH)
  ctx.set('ETag', coding === undefined ? `"${digest}"` : `"${digest}-${coding}"`)
  const known = tagsIn(ctx.get('if-none-match')).some(tag => tag === '*' || tag === `"${digest}"`)
  if (known) ctx.status = 304
  return known
}

/** The tags that somebody has, weak ones and those of compressed answers as those of the content itself. */
const tagsIn = (header: string): readonly string[] =>
  header.split(',').map(tag =>
    tag
      .trim()
      .replace(/^W\//, '')
      .replace(/-gzip"$/, '"'),
  )
