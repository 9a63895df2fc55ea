import type { Client } from '../../http/index.ts'
import { type Dids, Rejection } from '../../identity/index.ts'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { type Chain, faultOf, withRoot } from '../certificates.ts'
import { hostOf } from '../host.ts'
import type { DemandUnrevoked } from '../revocations.ts'
import type { FindChain } from './chains.ts'
import { type Read, type ReadCredential, readCredential, readPresentation } from './read.ts'
import { Refusal } from './refusal.ts'

/** What Gaia-X credentials of others are verified by. */
export interface Judges {
  readonly dids: Pick<Dids, 'findMethod' | 'findService'>
  /** Throws a `Rejection` for what is revoked or suspended. */
  readonly checkStatus: (issuer: string, credentialStatus: readonly JsonObject[]) => Promise<number>
  readonly request: Client['request']
  readonly findChain: FindChain
  /** The roots in which chains may end; undefined: any, and `demandKnown` has the last word. */
  readonly anchors: Chain | undefined
  /** Where no roots are named, throws for a chain that nobody vouches for. */
  readonly demandKnown?: (chain: Chain, x5u: string | undefined) => Promise<void>
  readonly demandEv: boolean
  /** Throws a `Refusal` for a chain in which something was revoked, or may have been. */
  readonly demandUnrevoked: DemandUnrevoked
  readonly olderTypes: 'accept' | 'refuse'
  readonly now: () => Date
}

/** A credential that holds, and until when nobody need look again; ms since 1970. */
export interface Verified extends ReadCredential {
  readonly until: number
}

/** The clocks of others may differ so much, ms. */
const LEEWAY = 60_000

/** Verifies a credential: form, key, certificates, signature, dates, status. Throws a `Refusal`. */
export async function verifyCredential(text: string, judges: Judges): Promise<Verified> {
  return verifyRead(readCredential(text, judges.olderTypes), judges)
}

/** The same for a credential that was read already. Throws a `Refusal`. */
export async function verifyRead(credential: ReadCredential, judges: Judges): Promise<Verified> {
  await demandSignature(credential, judges)
  demandCurrent(credential, judges.now())
  const known = await demandStatus(credential, judges)
  return { ...credential, until: Math.min(known, credential.validUntil?.getTime() ?? Infinity) }
}

/** Verifies a presentation by its issuer itself; the credentials in it are still to be verified. Throws a `Refusal`. */
export async function verifyPresentation(text: string, issuer: string, judges: Judges): Promise<readonly string[]> {
  const presentation = readPresentation(text, judges.olderTypes)
  if (presentation.issuer !== issuer) throw new Refusal('issuer', `The presentation is not by ${issuer}.`)
  await demandSignature(presentation, judges)
  demandCurrent(presentation, judges.now())
  return presentation.tokens
}

async function demandSignature({ token, issuer, kid }: Read, judges: Judges): Promise<void> {
  const { jwk } = await keyOf(issuer, kid, judges)
  if (jwk === undefined) throw new Refusal('key', `The key ${kid} is not there as a JWK.`)
  await demandChain(jwk, issuer, judges)
  if (!token.verifies(jwk)) throw new Refusal('signature', 'The signature is not of this key and content.')
}

async function keyOf(issuer: string, kid: string, { dids }: Judges) {
  try {
    return await dids.findMethod(issuer, kid, 'assertionMethod')
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    const silent = error.code === 'did-unreachable'
    throw new Refusal(silent ? 'unreachable' : 'key', error.message, error)
  }
}

async function demandChain(jwk: JsonObject, issuer: string, judges: Judges): Promise<void> {
  const { anchors, demandKnown, demandEv, demandUnrevoked, now } = judges
  const chain = await judges.findChain(jwk)
  const fault = faultOf(chain, { publicJwk: jwk, host: hostOf(issuer), anchors, demandEv, now: now() })
  if (fault) throw new Refusal(fault[0], `${issuer}: ${fault[1]}`)
  await demandUnrevoked(withRoot(chain, anchors))
  if (anchors === undefined) await demandKnown?.(chain, typeof jwk.x5u === 'string' ? jwk.x5u : undefined)
}

/** A signature may have a life of its own (ICAM 25.11, chapter 5): `nbf` and `exp` of the payload, s since 1970. */
const timeIn = (claim: unknown): number | undefined => (typeof claim === 'number' ? claim * 1_000 : undefined)

function demandCurrent({ validFrom, validUntil, payload }: Read, now: Date): void {
  if ((timeIn(payload.exp) ?? Infinity) + LEEWAY <= now.getTime())
    throw new Refusal('expired', 'The signature has expired.')
  if ((timeIn(payload.nbf) ?? 0) - LEEWAY > now.getTime())
    throw new Refusal('not-yet-valid', 'The signature is not valid yet.')
  if (validUntil !== undefined && validUntil.getTime() + LEEWAY <= now.getTime())
    throw new Refusal('expired', `The credential has expired at ${validUntil.toISOString()}.`)
  if (validFrom.getTime() - LEEWAY > now.getTime())
    throw new Refusal('not-yet-valid', `The credential is valid only from ${validFrom.toISOString()}.`)
}

/** Where a credential's statuses are told. */
export const statusEntries = ({ credentialStatus }: JsonObject): readonly JsonObject[] =>
  [credentialStatus ?? []].flat().filter(isJsonObject)

/** Throws a `Refusal` for what is revoked or suspended, or may be; gives until when it is known not to be, ms since 1970. */
export async function demandStatus(
  { issuer, payload }: ReadCredential,
  { checkStatus }: Pick<Judges, 'checkStatus'>,
): Promise<number> {
  try {
    return await checkStatus(issuer, statusEntries(payload))
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    const ended = error.code === 'credential-revoked' || error.code === 'credential-suspended'
    throw new Refusal(ended ? 'revoked' : 'status', error.message, error)
  }
}
