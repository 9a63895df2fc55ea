import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import type { Dids } from '../dids/index.ts'
import { Rejection } from '../rejection.ts'
import { demandAudience, isTime, type JwsReasons, leeway, openJws } from './jws.ts'
import { listOf } from './statements.ts'

/** What a presentation holds: credentials as compact JWS, not verified yet, and until when it may be used; ms since 1970. */
export interface Presented {
  readonly credentials: readonly string[]
  readonly until: number
}

/** Without `exp`, a presentation is believed for so long after it was made, s. */
const freshFor = 300

const reasons: JwsReasons = {
  malformed: 'presentation-malformed',
  algorithm: 'presentation-signature',
  signature: 'presentation-signature',
  brings: 'presentation-malformed',
  type: 'presentation-malformed',
  types: ['jwt', 'vp+jwt', 'vp+ld+jwt', 'vp+ld+json+jwt'],
}

/** Verifies a presentation: made by `holder`, for `audience`, now (DCP 1.0, Presentation Validation). Throws a `Rejection`. */
export async function verifyPresentation(
  presentation: unknown,
  { holder, audience, dids, now }: { holder: string; audience: string; dids: Pick<Dids, 'findKey'>; now: Date },
): Promise<Presented> {
  if (typeof presentation !== 'string') throw malformed('is no JWT')
  const { header, payload, verify } = openJws(presentation, reasons)
  const vp = isJsonObject(payload.vp) ? payload.vp : payload
  if (!listOf(vp.type).includes('VerifiablePresentation')) throw malformed('has another type')
  if ([payload.iss, vp.holder].some(stated => stated !== undefined && stated !== holder))
    throw new Rejection('presentation-holder', 'The presentation is somebody else’s than the sender’s.')
  demandAudience(payload.aud, audience, 'presentation-audience')
  const until = demandTimes(payload, now)
  verify(await dids.findKey(holder, header.kid, 'authentication'))
  return { credentials: listOf(vp.verifiableCredential).map(tokenOf), until }
}

/** Checks the times of a presentation; gives its end. */
function demandTimes({ exp, iat, nbf }: JsonObject, now: Date): number {
  const seconds = now.getTime() / 1_000
  const end = isTime(exp) ? exp : isTime(iat) ? iat + freshFor : Number.NaN
  const begin = Math.max(isTime(iat) ? iat : 0, isTime(nbf) ? nbf : 0)
  // A comparison with NaN fails.
  if (!(end + leeway > seconds) || begin - leeway > seconds)
    throw new Rejection(
      'presentation-time',
      'The presentation has expired, is from the future, or says nothing of its time.',
    )
  return end * 1_000
}

const envelope = /^data:application\/vc(?:\+ld)?(?:\+json)?\+jwt,/

/** A credential in a presentation: a JWT (data model 1.1), or one in an envelope (Securing Verifiable Credentials using JOSE and COSE). */
function tokenOf(entry: unknown): string {
  if (typeof entry === 'string') return entry
  const id = isJsonObject(entry) && listOf(entry.type).includes('EnvelopedVerifiableCredential') ? entry.id : undefined
  if (typeof id !== 'string' || !envelope.test(id)) throw malformed('has a credential that is no JWT')
  return id.replace(envelope, '')
}

const malformed = (why: string): Rejection => new Rejection('presentation-malformed', `The presentation ${why}.`)
