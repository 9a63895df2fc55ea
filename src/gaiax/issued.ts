import { badGateway, KontorError } from '../errors.ts'
import type { Client } from '../http/index.ts'
import type { Dids } from '../identity/index.ts'
import { isJsonObject, type JsonObject } from '../jsonld/index.ts'
import { algorithms, decodeCompact, verifyCompact } from '../keys/index.ts'
import { type Chain, faultOf, readCertificates } from './certificates.ts'
import type { Trusted } from './registry.ts'
import { readable } from './services.ts'
import { shortType } from './vocabulary.ts'

/** What a notary or a clearing house has signed, verified. */
export interface Issued {
  readonly id: string
  readonly issuer: string
  /** Without prefixes. */
  readonly types: readonly string[]
  readonly subject: JsonObject
  readonly validFrom: Date
  readonly validUntil: Date | null
}

/** Verifies something that one of them is said to have signed. Throws `bad-gateway` with what is wrong with it. */
export type VerifyIssued = (jwt: string, by: Trusted) => Promise<Issued>

const MOST_CHAIN_BYTES = 65_536
/** How far their clocks may be from ours, ms. */
const LEEWAY = 60_000

/** What it is judged by. */
export interface IssuedRules {
  readonly dids: Pick<Dids, 'resolve' | 'findKey'>
  readonly request: Client['request']
  /** Whether somebody is trusted to issue such types. */
  readonly isTrusted: (issuer: string, by: Trusted, types: readonly string[]) => Promise<boolean>
  /** The roots in which chains may end; where there are none, a registry is asked. */
  readonly anchors: Chain | undefined
  readonly askRegistry: ((x5u: string) => Promise<void>) | undefined
  readonly demandEv: boolean
  readonly hostOf: (did: string) => string
  readonly now: () => Date
}

/** Verifies by issuer, key, certificate chain, signature and dates, in this order: what an unknown issuer names is not looked up. */
export function createVerifyIssued(rules: IssuedRules): VerifyIssued {
  const { dids, isTrusted, now } = rules
  return async (jwt, by) => {
    try {
      const { header, payload } = decodeCompact(jwt)
      const issued = read(payload)
      const { issuer } = issued
      const { kid, typ, cty, iss } = header
      if (typ !== 'vc+jwt' || cty !== 'vc' || iss !== issuer || !kid?.startsWith(`${issuer}#`))
        throw wrong('its header must have typ vc+jwt, cty vc, and as iss and kid its issuer and a key of it')
      if (!(await isTrusted(issuer, by, issued.types)))
        throw wrong(`${issuer} is not trusted for ${issued.types.join(', ')}`)
      const key = await dids.findKey(issuer, kid, 'assertionMethod')
      await checkChain(rules, issuer, kid)
      verifyCompact(jwt, key, algorithms)
      checkDates(issued, now())
      return issued
    } catch (error) {
      throw error instanceof KontorError && error.code === 'bad-gateway' ? error : wrong(messageOf(error), error)
    }
  }
}

async function checkChain(rules: IssuedRules, issuer: string, kid: string): Promise<void> {
  const { dids, request, anchors, askRegistry, demandEv, hostOf, now } = rules
  const { methods } = await dids.resolve(issuer)
  const method = methods.find(({ id }) => id === kid)
  const x5u = method?.jwk?.x5u
  if (typeof x5u !== 'string') throw wrong(`${kid} names no certificate chain (x5u)`)
  const { status, text } = await request({
    method: 'GET',
    url: x5u,
    headers: { accept: 'application/pem-certificate-chain, application/x-pem-file, text/plain' },
    maxResponse: MOST_CHAIN_BYTES,
  })
  if (status !== 200) throw wrong(`its certificate chain was answered with ${status}`)
  const fault = faultOf(readCertificates(text), {
    publicJwk: { ...method?.jwk },
    host: hostOf(issuer),
    anchors,
    demandEv,
    now: now(),
  })
  if (fault) throw wrong(fault[1])
  if (anchors === undefined) await askRegistry?.(x5u)
}

function read(payload: JsonObject): Issued {
  const { id, issuer, type, credentialSubject, validFrom, validUntil } = payload
  if ('vc' in payload || 'vp' in payload) throw wrong('the credential must be the payload itself')
  const by = isJsonObject(issuer) ? issuer.id : issuer
  const [subject, ...more] = [credentialSubject].flat()
  const from = instant(validFrom)
  if (typeof id !== 'string' || typeof by !== 'string') throw wrong('it needs an id and an issuer')
  if (!isJsonObject(subject) || more.length > 0) throw wrong('it must have one subject')
  if (from === undefined) throw wrong('it needs a validFrom')
  const until = validUntil === undefined ? null : instant(validUntil)
  if (until === undefined) throw wrong('its validUntil is no date and time')
  const types = [type].flat().filter(each => typeof each === 'string')
  return { id, issuer: by, types: types.map(shortType), subject, validFrom: from, validUntil: until }
}

function instant(value: unknown): Date | undefined {
  const time = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : undefined
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time
}

function checkDates({ validFrom, validUntil }: Issued, now: Date): void {
  if (validFrom.getTime() > now.getTime() + LEEWAY) throw wrong(`it is valid only from ${validFrom.toISOString()}`)
  if (validUntil !== null && validUntil <= now) throw wrong(`it has expired at ${validUntil.toISOString()}`)
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? readable(error.message) : 'it cannot be verified'

const wrong = (why: string, cause?: unknown): KontorError =>
  badGateway(`The credential cannot be believed: ${why}.`.replace(/\.\.$/, '.'), cause === undefined ? {} : { cause })
