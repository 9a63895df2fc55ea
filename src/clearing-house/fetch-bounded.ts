import { malformed } from './refusal.ts'

/** How long somebody may take to answer, ms. */
const PATIENCE = 5_000
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Fetches what a credential points to: an answer of bounded size, in bounded time, from where the URL says and nowhere else. Plain HTTP is
 * for this machine only. Throws a 400 that names the rule on whose behalf it was fetched.
 */
export async function fetchBounded(
  url: string,
  { rule, most, accept }: { rule: string; most: number; accept: string },
): Promise<string> {
  if (!mayBeFetched(url)) throw malformed(rule, url, 'it must be an https: URL, or an http: URL of this machine')
  let response: Response
  try {
    response = await fetch(url, { redirect: 'error', headers: { accept }, signal: AbortSignal.timeout(PATIENCE) })
    if (!response.ok) throw malformed(rule, url, `it is answered with ${response.status}`)
    return await readAtMost(response, most)
  } catch (error) {
    if (error instanceof RangeError) throw malformed(rule, url, `it is larger than ${most} bytes`)
    if (error instanceof TypeError || error instanceof DOMException) throw malformed(rule, url, 'it cannot be fetched')
    throw error
  }
}

function mayBeFetched(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username } = new URL(text)
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname)))
}

async function readAtMost(response: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > most) throw new RangeError('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
