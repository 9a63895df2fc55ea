import { createHash } from 'node:crypto'
import type { Transaction } from '../../db/index.ts'
import { invalid, notFound, tooMany } from '../../errors.ts'
import { appendFacts } from '../../events/index.ts'
import type { CredentialContainer, Messages } from '../credentials/messages.ts'
import { profileOf } from '../credentials/profiles.ts'
import { type ReadCredential, readCredential } from '../credentials/read-credential.ts'
import { Rejection } from '../rejection.ts'
import { endRequest } from './end-request.ts'
import type { Holding } from './given.ts'
import { scheduleRenewal } from './renewal.ts'
import { findRequest, finishRequest, hasRequestTo } from './request-store.ts'
import type { CredentialRequest } from './types.ts'
import {
  countOf,
  deleteCredential,
  deleteEnded,
  findCredential,
  insertCredential,
  isAnswered,
  listWallet,
  type Sealed,
} from './wallet-store.ts'

/** Credentials about us, kept for when somebody asks for them. */
export type Wallet = ReturnType<typeof createWallet>

type Delivery = Messages['CredentialMessage']

/** Credentials of one issuer that are kept: it cannot fill the wallet, nor crowd out those of others. */
const MOST_OF_AN_ISSUER = 200
/** When an issuer may try again whose credentials were too many, s. */
const AGAIN_AFTER = 3_600
/** How long what has ended is still shown to us, ms. */
const KEPT_AFTER_END = 86_400_000

/** What a sealed token is bound to. */
const contextOf = (digest: string): string => `wallet_credential ${digest}`

/** The wallet of one participant. */
export function createWallet(given: Holding) {
  const { db, now, did, trustedIssuers, safe, verifyCredential, events, append = appendFacts } = given

  /** An issuer is believed for what we have asked it for, until it has answered, and for what the configuration believes it anyway. */
  function demandTrust(issuer: string, { types }: ReadCredential, request: CredentialRequest | undefined): void {
    const trusted = trustedIssuers.find(({ id }) => id === issuer)
    const among = (those: readonly string[]) => those.length === 0 || types.some(type => those.includes(type))
    const asked = request !== undefined && request.state !== 'ISSUED' && among(request.types)
    if (!asked && !(trusted && among(trusted.types)))
      throw new Rejection('issuer-not-trusted', `${issuer} sends ${types.join(', ')}, for which we did not ask it.`)
  }

  /** An issuer that has not heard that we have them sends them again, and may have signed them anew. */
  async function isRepetition({ id: request }: CredentialRequest, credentials: readonly CredentialContainer[]) {
    const ids = credentials.flatMap(({ payload }) => readCredential(payload).id ?? [])
    return ids.length === credentials.length && isAnswered(db, request, ids)
  }

  async function check(issuer: string, container: CredentialContainer, request: CredentialRequest | undefined) {
    const { payload, format, credentialType } = container
    const read = readCredential(payload)
    if (read.profile !== profileOf(format))
      throw invalid(`The credential is of ${read.profile}, not of the format that is told beside it.`)
    if (!read.types.includes(credentialType)) throw invalid('The credential is not of the type that is told beside it.')
    if (read.issuer !== issuer)
      throw new Rejection('credential-issuer', `${issuer} sends a credential of ${read.issuer}.`)
    if (read.subjects.some(({ id }) => id !== did))
      throw new Rejection('credential-subject', `${issuer} sends a credential about somebody else.`)
    demandTrust(issuer, read, request)
    await verifyCredential(payload)
    return { read, payload }
  }

  function sealed({ read, payload }: { read: ReadCredential; payload: string }, requestId: string | null): Sealed {
    const digest = createHash('sha256').update(payload).digest('hex')
    return {
      digest,
      id: read.id ?? null,
      types: read.types,
      issuer: read.issuer,
      profile: read.profile,
      requestId,
      validFrom: read.validFrom ?? null,
      validUntil: read.validUntil ?? null,
      receivedAt: now(),
      sealed: safe.seal(Buffer.from(payload), contextOf(digest)),
    }
  }

  async function store(issuer: string, { holderPid, credentials = [] }: Delivery): Promise<void> {
    const request = await requestOf(issuer, holderPid)
    if (request?.state === 'ISSUED' && (await isRepetition(request, credentials))) return
    const checked = await Promise.all(credentials.map(container => check(issuer, container, request)))
    const types = checked.flatMap(({ read }) => read.types)
    await db.transaction(async (tx: Transaction) => {
      await deleteEnded(tx, issuer, new Date(now().getTime() - KEPT_AFTER_END))
      for (const each of checked) await insertCredential(tx, sealed(each, request?.id ?? null))
      if ((await countOf(tx, issuer)) > MOST_OF_AN_ISSUER)
        throw tooMany('We keep no more credentials of yours.', AGAIN_AFTER)
      if (request) {
        await finishRequest(tx, { id: request.id, state: 'ISSUED', reason: null }, now())
        await scheduleRenewal(tx, given, request.id)
      }
      const data = { issuer, types, request: request?.id ?? null, reason: null }
      await append(tx, [{ type: 'credential.stored', subject: issuer, data }], now())
      tx.afterCommit(() =>
        events.wallet({ what: 'stored', peer: issuer, types, ...(request && { request: request.id }) }),
      )
    })
  }

  async function reject(issuer: string, { holderPid, rejectionReason }: Delivery): Promise<void> {
    const request = await requestOf(issuer, holderPid)
    if (!request) throw notFound('request', holderPid.slice(0, 100))
    const reason = rejectionReason ?? 'The issuer gave no reason.'
    const ended = await endRequest(given, request, 'REJECTED', reason)
    if (ended) events.wallet({ what: 'rejected', peer: issuer, request: request.id, reason })
  }

  /** The request that an issuer answers; what was asked of another is none of its. */
  async function requestOf(issuer: string, holderPid: string): Promise<CredentialRequest | undefined> {
    const request = await findRequest(db, holderPid)
    return request?.issuer === issuer ? request : undefined
  }

  return {
    /**
     * Takes what an issuer sends (DCP 1.0, Storage API): all of it, or nothing. Sent again, it changes nothing. Throws `invalid`, a
     * `Rejection`, or `not-found` for a refusal of something we have not asked for.
     */
    receive: (issuer: string, delivery: Delivery): Promise<void> =>
      delivery.status === 'ISSUED' ? store(issuer, delivery) : reject(issuer, delivery),

    /** Whether there may be something for us from an issuer: we believe it anyway, or have asked it for something. */
    knows: async (issuer: string): Promise<boolean> =>
      trustedIssuers.some(({ id }) => id === issuer) || hasRequestTo(db, issuer),

    list: (query: Parameters<typeof listWallet>[1]) => listWallet(db, query),

    find: (digest: string) => findCredential(db, digest),

    /** The signed token of a credential. Throws `not-found`. */
    async token(digest: string): Promise<string> {
      const credential = await findCredential(db, digest)
      if (!credential) throw notFound('credential', digest)
      return tokenOf(given, credential)
    },

    /** Throws a credential away. Throws `not-found`. */
    async remove(digest: string): Promise<void> {
      await db.transaction(async tx => {
        if (!(await deleteCredential(tx, digest))) throw notFound('credential', digest)
        await append(tx, [{ type: 'credential.removed', subject: digest, data: { id: digest } }], now())
      })
    },
  }
}

/** The token of a credential from the wallet. */
export const tokenOf = async ({ safe }: Pick<Holding, 'safe'>, { sealed, digest }: Sealed): Promise<string> =>
  (await safe.open(sealed, contextOf(digest))).toString('utf8')
