import { badGateway } from '../errors.ts'
import type { Reveal } from '../keys/index.ts'
import type { HttpSource } from './source.ts'
import { isHeaderValue } from './source-faults.ts'

/**
 * The source with the key that it asks for, as the secret of that name is now: asked at every use, so that a new key counts at
 * once, in every process. Throws `bad-gateway`; the consumer is not told the secret's name.
 */
export async function unlock(source: HttpSource, reveal: Reveal): Promise<HttpSource> {
  const { key } = source
  if (key === undefined) return source
  const value = (await reveal(key.secret))?.reveal().trim()
  if (value === undefined) throw badGateway(noKey)
  if (!isHeaderValue(value))
    throw badGateway('The key for the source of the data cannot be sent: its provider must look after it.')
  return { ...source, headers: { ...source.headers, [key.header]: value } }
}

/** What a consumer hears of a secret that is not there. */
export const noKey = 'The key for the source of the data is missing: its provider must look after it.'
