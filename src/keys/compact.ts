import { isUtf8 } from 'node:buffer'
import { verify } from 'node:crypto'
import { KontorError, unauthenticated } from '../errors.ts'
import { hasRepeatedMember, parseJson } from '../http/index.ts'
import { type Algorithm, kinds } from './algorithms.ts'
import type { VerificationKey } from './public-key.ts'
import type { Signer } from './signer.ts'

/** A JOSE header as it was sent. Only `alg`, `kid` and `typ` mean anything to us: keys that a token brings along are not looked at. */
export type JoseHeader = Readonly<Record<string, unknown>> & {
  readonly alg: string
  readonly kid?: string
  readonly typ?: string
}

/** What stands in a token. */
export interface Content {
  readonly header: JoseHeader
  readonly payload: Readonly<Record<string, unknown>>
}

/** The largest parts of a token that are looked at, bytes in base64url. A presentation of twenty credentials has about 100 kB. */
const largest = { header: 8 * 1_024, payload: 256 * 1_024, signature: 1_024 }

/** How deep objects and lists in a token may be nested. */
const depth = 32

/**
 * Signs a compact JWS (RFC 7515 §7.1). The header gets the signer's algorithm, and its `kid` unless another name for the key is given,
 * such as the DID URL of its verification method.
 */
export async function signCompact(
  signer: Signer,
  header: Readonly<Record<string, unknown>>,
  payload: object,
): Promise<string> {
  const signed = `${encode({ kid: signer.kid, ...header, alg: signer.algorithm })}.${encode(payload)}`
  const signature = await signer.sign(Buffer.from(signed))
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/**
 * Verifies a compact JWS by a key that the caller has found out to be the sender's, by one of the algorithms given. Throws
 * `unauthenticated` with the reason, its fault naming the part to blame. Says nothing about the claims: audience and times are the
 * caller's to check.
 */
export function verifyCompact(token: string, key: VerificationKey, allowed: readonly Algorithm[]): Content {
  const { header, payload, signed, signature } = open(token)
  if (header.alg !== key.algorithm) throw refused('alg', 'names an algorithm that does not fit its key')
  if (!allowed.includes(key.algorithm)) throw refused('alg', 'names an algorithm that is not allowed here')
  const { digest, options } = kinds[key.algorithm]
  if (!verify(digest, signed, { key: key.key, ...options }, signature))
    throw refused('signature', 'has a signature that is not of this key and content')
  return { header, payload }
}

/**
 * Reads a compact JWS without verifying it, to find out whose key to verify it by: nothing in it may be believed yet. Throws
 * `unauthenticated` for what no verification would take: parts too large or not base64url, an algorithm we do not know (`none` and HMAC
 * among them), critical extensions, a payload that is no JSON object.
 */
export function decodeCompact(token: string): Content {
  const { header, payload } = open(token)
  return { header, payload }
}

/** The parts of a compact JWS, read and not verified. */
export type Opened = Content & { readonly signed: Buffer; readonly signature: Buffer }

/** Reads a compact JWS by one of the algorithms of that name. Throws like `decodeCompact`. */
export function open(token: string, known: object = kinds, mostPayload = largest.payload): Opened {
  const [head = '', body = '', end = '', ...more] = token.split('.', 4)
  if (head === '' || body === '' || end === '' || more.length > 0)
    throw refused('token', 'is no compact JWS: three parts between dots')
  return {
    header: readHeader(readObject(head, 'header'), known),
    payload: readObject(body, 'payload', mostPayload),
    signed: Buffer.from(token.slice(0, head.length + 1 + body.length)),
    signature: readBytes(end, 'signature'),
  }
}

function readHeader(header: Readonly<Record<string, unknown>>, known: object): JoseHeader {
  const { alg, kid, typ } = header
  if (typeof alg !== 'string' || !Object.hasOwn(known, alg))
    throw refused('alg', 'names an algorithm that is not known')
  // We know no extensions, so none can be critical (RFC 7515 §4.1.11); `b64` of RFC 7797 is one.
  if ('crit' in header || 'b64' in header) throw refused('crit', 'demands an extension')
  if (kid !== undefined && typeof kid !== 'string') throw refused('kid', 'names its key by something else than a text')
  if (typ !== undefined && typeof typ !== 'string') throw refused('typ', 'names its type by something else than a text')
  return { ...header, alg, ...(kid !== undefined && { kid }), ...(typ !== undefined && { typ }) }
}

function readObject(
  part: string,
  name: 'header' | 'payload',
  most: number = largest[name],
): Readonly<Record<string, unknown>> {
  const bytes = readBytes(part, name, most)
  const text = isUtf8(bytes) ? bytes.toString('utf8') : ''
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused(name, `has a ${name} that is no JSON object`)
  // Whose word counts if there are two (RFC 7515 §4, RFC 7519 §4)? Others, and digests, may have chosen the other.
  if (hasRepeatedMember(text)) throw refused(name, `has a ${name} with the same member twice`)
  return { ...value }
}

function parse(text: string): unknown {
  try {
    return parseJson(text, depth)
  } catch (error) {
    if (error instanceof KontorError) return undefined
    throw error
  }
}

/** Base64url as RFC 7515 §2 has it. Node takes much else for it, so that one content could be spelt as many tokens. */
function readBytes(part: string, name: keyof typeof largest, most: number = largest[name]): Buffer {
  if (part.length > most) throw refused(name, `has a ${name} of more than ${most} characters`)
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.toString('base64url') !== part) throw refused(name, `has a ${name} that is not base64url`)
  return bytes
}

const refused = (path: string, why: string): KontorError =>
  unauthenticated(`The token ${why}.`, { faults: [{ path, message: `The token ${why}.` }] })
