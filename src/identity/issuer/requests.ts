import { randomUUID } from 'node:crypto'
import type { CredentialDefinition, EntitledHolder } from '../../config/types.ts'
import type { Transaction } from '../../db/index.ts'
import { conflict, forbidden, invalid, notFound, tooMany } from '../../errors.ts'
import { appendFacts } from '../../events/index.ts'
import type { Messages } from '../credentials/messages.ts'
import { claimsFor, judge } from './entitlement.ts'
import { issuanceFact } from './facts.ts'
import type { Issuing } from './given.ts'
import { insertCredential } from './store-credentials.ts'
import { allocate } from './store-lists.ts'
import {
  clearError,
  countOpen,
  countWaitingOfOthers,
  decideRequest,
  findOpenRequest,
  insertRequest,
  lockRequest,
} from './store-requests.ts'
import type { IssuanceRequest } from './types.ts'

/** The kind of job that brings credentials, or a refusal, to a holder. */
export const ISSUANCE = 'issuance'

/** Requests of one holder that may wait for a person, or for delivery. */
const MOST_OPEN = 20
/** Requests that may wait for a person, of all holders together whom the configuration does not know: DIDs cost nothing. */
const MOST_OF_STRANGERS = 500
/** When somebody whose requests are too many may try again, s. */
const AGAIN_AFTER = 600

/** Who asks for what. */
export interface Asked {
  readonly holder: string
  /** The token that opens its credential service, if it sent one. */
  readonly access: string | undefined
  readonly message: Messages['CredentialRequestMessage']
}

/** What a person adds to an approval: claims by name, for those that the configuration does not know. */
export type Added = Readonly<Record<string, unknown>>

/** Takes requests for credentials, and decides about them. */
export function createRequests(given: Issuing) {
  const { db, jobs, now, definitions, holders, safe, events, append = appendFacts } = given
  const holderOf = (did: string): EntitledHolder | undefined => holders.find(({ id }) => id === did)

  function definitionOf(id: string): CredentialDefinition {
    const definition = definitions.find(each => each.id === id)
    if (definition) return definition
    throw invalid(
      `This issuer issues no credential with the id ${JSON.stringify(id)}: its metadata lists those it does.`,
    )
  }

  /** What is issued is written down, with its place in a status list, before anybody hears of it. */
  async function issue(tx: Transaction, request: IssuanceRequest, added: Added): Promise<void> {
    const at = now()
    for (const id of request.definitions) {
      const definition = definitionOf(id)
      const filled = claimsFor(definition, holderOf(request.holder), added)
      if ('missing' in filled)
        throw conflict(`Nothing is known for ${filled.missing.join(', ')} of ${definition.type}: give it as claims.`)
      const credential = `urn:uuid:${randomUUID()}`
      const status = []
      for (const purpose of definition.status)
        status.push({ purpose, ...(await allocate(tx, definition.profile, purpose, at)) })
      await insertCredential(tx, {
        id: credential,
        requestId: request.id,
        definition: id,
        type: definition.type,
        profile: definition.profile,
        holder: request.holder,
        claims: safe.seal(Buffer.from(JSON.stringify(filled.claims)), claimsContext(credential)),
        schema: definition.schema ?? null,
        status,
        state: 'ACTIVE',
        reason: null,
        validFrom: at,
        validUntil: new Date(at.getTime() + definition.validity),
        changedAt: at,
      })
    }
  }

  const deliver = (tx: Transaction, { id, holder }: Pick<IssuanceRequest, 'id' | 'holder'>) =>
    jobs.ask(tx, { kind: ISSUANCE, key: id, queue: holder })

  async function demandRoom(tx: Transaction, holder: string, asks: boolean): Promise<void> {
    if ((await countOpen(tx, holder)) >= MOST_OPEN) throw tooMany('Too many of your requests are open.', AGAIN_AFTER)
    if (!asks || holderOf(holder)) return
    const known = holders.map(({ id }) => id)
    if ((await countWaitingOfOthers(tx, known)) >= MOST_OF_STRANGERS)
      throw tooMany('Too many requests wait for a decision.', AGAIN_AFTER)
  }

  async function hold(tx: Transaction, id: string): Promise<IssuanceRequest> {
    const request = await lockRequest(tx, id)
    if (!request) throw notFound('issuance request', id)
    return request
  }

  return {
    /**
     * Takes a request; the answer is its id. What a rule refuses is refused at once (403), and what would be too much (429): nothing is
     * kept then. The same request again, while the first is open, is the first.
     */
    async receive({ holder, access, message }: Asked): Promise<string> {
      const wanted = [...new Set(message.credentials.map(({ id }) => id))].sort().map(definitionOf)
      const judgements = wanted.map(definition => judge(definition, holderOf(holder)))
      for (const judgement of judgements) if (judgement.kind === 'refuse') throw forbidden(judgement.reason)
      const asks = judgements.some(({ kind }) => kind === 'ask')
      const id = randomUUID()
      const at = now()
      const request: IssuanceRequest = {
        id,
        holder,
        holderPid: message.holderPid,
        definitions: wanted.map(definition => definition.id),
        state: asks ? 'WAITING' : 'APPROVED',
        reason: null,
        decidedBy: asks ? null : 'rule',
        access: access === undefined ? null : safe.seal(Buffer.from(access), accessContext(id)),
        deliveredAt: null,
        error: null,
        createdAt: at,
        updatedAt: at,
      }
      return db.transaction(async tx => {
        const open = await findOpenRequest(tx, request)
        if (open !== undefined) return open
        await demandRoom(tx, holder, asks)
        await insertRequest(tx, request)
        if (!asks) {
          await issue(tx, request, {})
          await deliver(tx, request)
        }
        await append(tx, [issuanceFact(asks ? 'waiting' : 'approved', request, { by: 'rule' })], at)
        tx.afterCommit(() => events.issuance({ what: asks ? 'waiting' : 'approved', request: id, holder, by: 'rule' }))
        return id
      })
    },

    /** A person agrees. One that was approved and could not be delivered is delivered once more. */
    async approve(id: string, added: Added = {}): Promise<void> {
      await db.transaction(async tx => {
        const request = await hold(tx, id)
        if (request.state === 'APPROVED' && request.error !== null) await clearError(tx, id, now())
        else if (request.state !== 'WAITING') throw conflict(`The request is ${request.state} already.`)
        else {
          await issue(tx, request, added)
          await decideRequest(tx, { id, state: 'APPROVED', reason: null }, now())
        }
        await deliver(tx, request)
        await append(tx, [issuanceFact('approved', request, { by: 'operator' })], now())
        tx.afterCommit(() => events.issuance({ what: 'approved', request: id, holder: request.holder, by: 'operator' }))
      })
    },

    /** A person refuses; the holder is told the reason. */
    async reject(id: string, reason: string): Promise<void> {
      await db.transaction(async tx => {
        const request = await hold(tx, id)
        if (request.state !== 'WAITING') throw conflict(`The request is ${request.state} already.`)
        await decideRequest(tx, { id, state: 'REJECTED', reason }, now())
        await deliver(tx, request)
        await append(tx, [issuanceFact('rejected', request, { by: 'operator', reason })], now())
        tx.afterCommit(() => events.issuance({ what: 'rejected', request: id, holder: request.holder, by: 'operator' }))
      })
    },
  }
}

/** What sealed things are bound to. */
export const claimsContext = (credential: string): string => `issued_credential ${credential}`
export const accessContext = (request: string): string => `issuance_request ${request}`
