import type { Database } from '../../db/index.ts'
import { createCache, type Holding, Rejection, type Specialist, type VerifiedCredential } from '../../identity/index.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import type { GaiaXEvents } from '../types.ts'
import { shortType } from '../vocabulary.ts'
import { BY, type Claims, claimsOf, claimTypes, isTrusted, type LabelRules } from './claims.ts'
import { readJudgement } from './label.ts'
import { type ReadCredential, readCredential } from './read.ts'
import { Refusal } from './refusal.ts'
import { putPeer } from './store.ts'
import { type Judges, type Verified, verifyPresentation, verifyRead } from './verify.ts'

/** What peers' Gaia-X credentials are judged by. */
export interface PeersGiven extends Judges, LabelRules {
  readonly db: Database
  /** How long what a peer publishes is kept, ms. */
  readonly keepFor: number
  readonly events: GaiaXEvents
  /** Tokens of ours. */
  readonly published: () => Promise<readonly string[]>
}

/** A self-description of a hundred datasets; bytes. */
const largest = 1_024 * 1_024

/** A label, a legal person, and its numbers: more of them than anybody has. */
const MOST = 20

/** How many participants' claims are remembered, and how long a failure is, ms. */
const remembered = 2_000
const missFor = 10_000

/** Under which type a DID document tells where presentations are found (DIF, Linked Verifiable Presentations). */
const SERVICE = 'LinkedVerifiablePresentation'

/** Judges what participants present and publish of Gaia-X, and makes claims of it for policies. */
export function createSpecialist(given: PeersGiven): Specialist {
  const { db, keepFor, now, events, request, dids, checkStatus, trustedIssuers } = given
  const cache = createCache<readonly Holding[]>({ most: remembered, now, missFor })

  const tell = (peer: string, { code, message }: Refusal) =>
    events.gaiaX({ what: 'refused', peer, code, reason: message })

  /** Nobody is looked up for somebody else's word that counts for nothing: a legal person speaks for itself, and of the others some are trusted. */
  function demandConcern({ types, issuer }: ReadCredential, holder: string): void {
    const counts = types
      .map(shortType)
      .filter(type => claimTypes.has(type))
      .some(type => (type === 'LegalPerson' ? issuer === holder : isTrusted(trustedIssuers, issuer, type)))
    if (!counts) throw new Refusal('untrusted', `We do not trust ${issuer.slice(0, 200)} for that.`)
  }

  async function verify(holder: string, token: string): Promise<Verified | Refusal> {
    try {
      const credential = readCredential(token, given.olderTypes)
      demandConcern(credential, holder)
      return await verifyRead(credential, given)
    } catch (error) {
      if (error instanceof Refusal) return error
      throw error
    }
  }

  /** Those of a participant's credentials that hold, and what they come to. One that does not makes nothing else wrong. */
  async function claimsFrom(holder: string, tokens: readonly string[]): Promise<Claims> {
    // All at once: somebody whose hosts are silent is waited for once, not for each of them.
    const found = await Promise.all(tokens.slice(0, MOST).map(token => verify(holder, token)))
    const refused = found.filter(each => each instanceof Refusal)
    if (tokens.length > MOST) refused.push(new Refusal('malformed', `There are more than ${MOST} credentials.`))
    const verified = found.filter((each): each is Verified => !(each instanceof Refusal))
    const claims = claimsOf(holder, verified, given)
    return { ...claims, refused: [...refused, ...claims.refused] }
  }

  async function settle(holder: string, claims: Claims): Promise<readonly Holding[]> {
    for (const refusal of claims.refused) tell(holder, refusal)
    await putPeer(db, {
      did: holder,
      level: claims.label?.level ?? null,
      issuer: claims.label?.issuer ?? null,
      rulesVersion: claims.label?.rulesVersion ?? null,
      validUntil: claims.label?.validUntil ?? null,
      problem: claims.refused[0] ? `${claims.refused[0].code}: ${claims.refused[0].message}` : null,
      checkedAt: now(),
    })
    return claims.holding
  }

  async function fetchPublished(holder: string): Promise<readonly Holding[]> {
    const url = await dids.findService(holder, SERVICE)
    const { status, text } = await request({
      method: 'GET',
      url,
      headers: { accept: 'application/vp+jwt' },
      maxResponse: largest,
    })
    if (status !== 200) throw new Refusal('unreachable', `${url} was answered with ${status}.`)
    const tokens = await verifyPresentation(text.trim(), holder, given)
    return settle(holder, await claimsFrom(holder, tokens.filter(isOfInterest)))
  }

  /** By itself: trust in its issuer, its end, its status. */
  async function recheckAlone(credential: VerifiedCredential): Promise<Holding | undefined> {
    const { issuer, types, status = [], validUntil } = credential
    const trusted = types.every(type => type === 'LegalPerson' || isTrusted(trustedIssuers, issuer, type))
    const end = validUntil === undefined ? Infinity : Date.parse(validUntil)
    if (!trusted || end <= now().getTime()) return undefined
    try {
      const known = await checkStatus(issuer, status.map(toEntry))
      return { credential, until: Math.min(end, known) }
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      tell(issuer, new Refusal('revoked', error.message))
      return undefined
    }
  }

  async function load(holder: string) {
    const value = await fetchPublished(holder)
    const until = Math.min(now().getTime() + keepFor, ...value.map(each => each.until))
    return { value, until }
  }

  return {
    async judge(holder, tokens) {
      const ours = tokens.filter(isOfInterest)
      const rest = tokens.filter(token => !ours.includes(token))
      return { holding: ours.length === 0 ? [] : await settle(holder, await claimsFrom(holder, ours)), rest }
    },

    async lookUp(holder, types, presented) {
      const wanted = types.filter(type => claimTypes.has(type))
      const there = new Set(presented.flatMap(each => each.types))
      if (wanted.every(type => there.has(type))) return []
      try {
        const found = await cache.get(holder, () => load(holder))
        return found.map(({ credential }) => credential).filter(each => !each.types.some(type => there.has(type)))
      } catch (error) {
        // Whoever publishes nothing is no worse off than before; what it lacks the policy will say.
        if (error instanceof Refusal) tell(holder, error)
        else if (!(error instanceof Rejection) || error.code !== 'service-missing')
          events.gaiaX({ what: 'refused', peer: holder, code: 'unreachable', reason: messageOf(error) })
        return []
      }
    },

    async recheck(credential, all) {
      if (credential.by !== BY) return undefined
      if (isLabel(credential)) return recheckAlone(credential)
      // Nothing but a label makes the rest count, so nothing counts longer than it does.
      const label = all.find(each => each.by === BY && isLabel(each))
      const held = label && namesIt(label, credential) ? await recheckAlone(label) : undefined
      const found = held && (await recheckAlone(credential))
      return found && { credential, until: Math.min(found.until, held.until) }
    },

    published: given.published,
  }
}

const isLabel = ({ types }: VerifiedCredential): boolean => types.includes('LabelCredential')

/** Whether a label was given for that very legal person. A registration number is bound to the person, not to the label. */
const namesIt = (label: VerifiedCredential, { types, digest }: VerifiedCredential): boolean =>
  !types.includes('LegalPerson') ||
  (digest !== undefined && readJudgement(label.subject as JsonObject).digests.has(digest))

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const toEntry = ({ purpose, index, list }: NonNullable<VerifiedCredential['status']>[number]) => ({
  type: 'BitstringStatusListEntry',
  statusPurpose: purpose,
  statusListIndex: String(index),
  statusListCredential: list,
})

/** A token of the form that Gaia-X has, and of a type that policies look into. Whatever else it is, others judge it. */
function isOfInterest(token: string): boolean {
  try {
    const [, payload = ''] = token.split('.')
    const { type } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const { iss } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'))
    return typeof iss === 'string' && [type].flat().some(each => claimTypes.has(shortType(String(each))))
  } catch {
    return false
  }
}
