import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { type PeerCertificate, connect as secureConnect, type TLSSocket } from 'node:tls'
import { wordsFor } from './failure.ts'
import type { Guard } from './guard.ts'

/** How far one gets on the way to a host: its name, a connection, a certificate. */
export interface Reached {
  /** The addresses that may be called. */
  readonly addresses: readonly string[]
  /** Why it could not be gone on; undefined when all is well. */
  readonly broken:
    | { readonly step: 'name' | 'connection' | 'certificate'; readonly code: string; readonly words: string }
    | undefined
  /** What the host shows; undefined where it is reached by plain HTTP, or not at all. */
  readonly certificate: Shown | undefined
}

/** A certificate as it was shown. */
export interface Shown {
  readonly names: readonly string[]
  readonly issuer: string
  readonly validTo: Date
}

/**
 * Goes step by step to where a URL leads, as requests do, by the same guard, and tells where it ends. Nothing is asked there. `ca` is trusted
 * besides the usual authorities. Throws `address-forbidden` for what must not be called.
 */
export async function reach(
  guard: Guard,
  given: string | URL,
  options: { timeout: number; ca?: string },
): Promise<Reached> {
  const url = guard.check(given)
  const isSecure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const way: Reached = { addresses: [], broken: undefined, certificate: undefined }
  const found = await find(guard.lookup[isSecure ? 'https' : 'http'], host)
  if ('code' in found) return { ...way, broken: { step: 'name', ...found } }
  const { addresses } = found
  const [address = host] = addresses
  const port = Number(url.port || (isSecure ? 443 : 80))

  const line = connect({ host: address, port })
  const opened = await open(line, 'connect', options.timeout)
  if (opened !== undefined) return { ...way, addresses, broken: { step: 'connection', ...opened } }
  if (!isSecure) {
    line.destroy()
    return { ...way, addresses }
  }
  return { ...way, addresses, ...(await shake(line, host, options)) }
}

type Trouble = { readonly code: string; readonly words: string }

function find(lookup: Guard['lookup']['http'], host: string): Promise<{ addresses: readonly string[] } | Trouble> {
  if (isIP(host) !== 0) return Promise.resolve({ addresses: [host] })
  return new Promise((resolve, reject) =>
    lookup(host, { all: true }, (error, found) => {
      if (error && 'status' in error) reject(error)
      else if (error) resolve(troubleOf(error))
      else resolve({ addresses: [found].flat().map(each => (typeof each === 'string' ? each : each.address)) })
    }),
  )
}

/** The certificate is looked at whatever is wrong with it; nothing is sent over such a line. */
async function shake(
  line: Socket,
  host: string,
  { timeout, ca }: { timeout: number; ca?: string },
): Promise<Pick<Reached, 'broken' | 'certificate'>> {
  const secure = secureConnect({
    socket: line,
    host,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca && { ca }),
  })
  try {
    const failed = await open(secure, 'secureConnect', timeout)
    if (failed !== undefined) return { broken: { step: 'certificate', ...failed }, certificate: undefined }
    const certificate = shown(secure.getPeerCertificate())
    // Typed as an error, and is its code.
    const problem = secure.authorized ? undefined : String(secure.authorizationError)
    const broken =
      problem === undefined ? undefined : ({ step: 'certificate', code: problem, words: wordsFor(problem) } as const)
    return { broken, certificate }
  } finally {
    secure.destroy()
  }
}

async function open(line: Socket | TLSSocket, event: string, timeout: number): Promise<Trouble | undefined> {
  try {
    await once(line, event, { signal: AbortSignal.timeout(timeout) })
    line.on('error', () => {})
    return undefined
  } catch (error) {
    line.on('error', () => {}).destroy()
    return isAbort(error) ? { code: 'ETIMEDOUT', words: wordsFor('ETIMEDOUT') } : troubleOf(error)
  }
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

function troubleOf(error: unknown): Trouble {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return { code, words: wordsFor(code) }
}

function shown({ subject, subjectaltname, issuer, valid_to }: PeerCertificate): Shown {
  const names =
    subjectaltname?.split(', ').map(name => name.replace(/^(?:DNS|IP Address):/, '')) ?? [subject?.CN ?? []].flat()
  return { names, issuer: [issuer?.CN ?? issuer?.O ?? 'nobody'].flat().join(' '), validTo: new Date(valid_to) }
}
