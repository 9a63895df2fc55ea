import type { Transaction } from '../../db/index.ts'
import { invalid, KontorError, notFound } from '../../errors.ts'
import type { Job, Jobs } from '../../process/index.ts'
import { Refusal } from '../peers/refusal.ts'
import { type Judges, verifyCredential } from '../peers/verify.ts'
import { type Publishing, publish, renewalOf, withdraw } from '../publish.ts'
import { credentialUrl } from '../self-description.ts'
import { credentialPayload } from '../sign.ts'
import { findCredential } from '../store.ts'
import type { GaiaXCredential, Statement } from '../types.ts'
import type { Validation } from '../validate.ts'
import { contextsOf } from '../vocabulary.ts'
import type { Deliver } from './deliver.ts'
import { createReceive, keptAs, type Receive } from './receive.ts'
import { type Delivery, findDelivery, forgetDelivery, listOtherKeys, listSignatures, putDelivery } from './store.ts'
import { AGREEMENT, type Common, type Contract, commonSubject, subjectIdOf } from './subject.ts'

/** One side's signature under an agreement. */
export interface Signature {
  readonly issuer: string
  /** A compact JWS. */
  readonly credential: string
  readonly validFrom: Date
  readonly validUntil: Date | null
  /** Why it does not hold now; null if it does. */
  readonly problem: string | null
}

/** An agreement as both sides have signed it, as far as they have. */
export interface SignedAgreement {
  readonly agreement: string
  readonly subject: string
  readonly counterparty: string
  readonly own: Signature | null
  readonly peer: Signature | null
  readonly delivery: {
    readonly state: Delivery['state'] | 'pending'
    readonly reason: string | null
    readonly at: Date | null
  }
}

/** Signs what was agreed, and keeps what the other side has signed. */
export interface Agreements {
  /** Has an agreement looked at that counts now, or counts no more, once the transaction is committed. */
  look(tx: Transaction, agreement: { readonly id: string; readonly counterparty: string }): Promise<void>
  /** Has those signed anew that were signed by another key. */
  lookAtAll(tx: Transaction): Promise<void>
  readonly receive: Receive
  /** What both sides have signed of an agreement, as far as they have; ours is there when it is revoked, too. */
  tokensOf(contract: Pick<Contract, 'agreement'>): Promise<readonly string[]>
  /** Throws `not-found`. */
  show(id: string): Promise<SignedAgreement>
}

/** The kind of job that brings our signature under an agreement up to date, and to the other side. */
const ONE = 'gaia-x-agreement'

/**
 * Keeps a `gx:DataUsageAgreement` of ours for each agreement that counts, and brings it to the other side; ours is revoked as soon as it
 * counts no more. What the other side has signed stands beside it.
 */
export function createAgreements(given: {
  publishing: Publishing
  jobs: Jobs
  validate: Validation['validate']
  /** Agreements of an id: where it names two, we are the provider of one and the consumer of the other. */
  find: (id: string) => Promise<readonly Contract[]>
  deliver: Deliver
  judges: () => Judges
  giveUpAfter: number
}): Agreements {
  const { publishing, jobs, validate, find, deliver, judges, giveUpAfter } = given
  const { db, did, now, events, settings, endpoints } = publishing

  const urlOf = (common: Common) => credentialUrl(endpoints(), nameOf(common))

  async function bring(contract: Contract, job: Job): Promise<Date | undefined> {
    if (contract.finalizedAt === null) return undefined
    const common = await commonSubject(contract)
    if (contract.retiredAt !== null) {
      await withdraw(publishing, urlOf(common))
      return undefined
    }
    const former = await findCredential(db, urlOf(common))
    if (former === undefined) await demandValid(common)
    const { claims, subject } = common
    const kept = await publish(publishing, {
      name: nameOf(common),
      type: AGREEMENT,
      about: contract.id,
      subject,
      claims,
    })
    if (kept.jwt !== former?.jwt) await db.transaction(tx => forgetDelivery(tx, subject))
    if (contract.counterparty !== did && !(await findDelivery(db, subject)))
      await deliverTo(contract, { subject, credential: kept, job })
    return renewalOf(kept)
  }

  async function deliverTo(
    { id, counterparty }: Contract,
    { subject, credential, job }: { subject: string; credential: GaiaXCredential; job: Job },
  ): Promise<void> {
    const outcome = await attempt(() => deliver(counterparty, id, credential.jwt), job, credential.createdAt)
    await putDelivery(db, subject, counterparty, { ...outcome, at: now() })
    const told = { credential: credential.id, type: AGREEMENT, peer: counterparty }
    if (outcome.state === 'refused' || outcome.state === 'given-up')
      events.gaiaX({ what: 'failed', ...told, code: outcome.state, reason: outcome.reason ?? '' })
  }

  /** A job that repeats was last done long ago, and what it brings may be new. */
  async function attempt(
    work: () => ReturnType<Deliver>,
    { since, attempts }: Job,
    signedAt: Date,
  ): ReturnType<Deliver> {
    try {
      return await work()
    } catch (error) {
      const begun = Math.max(since.getTime(), signedAt.getTime())
      if (attempts === 0 || now().getTime() - begun < giveUpAfter) throw error
      return { state: 'given-up', reason: error instanceof Error ? error.message : String(error) }
    }
  }

  /** What the parties are they say themselves: here it is only looked at what is said of their agreement. */
  async function demandValid(common: Common): Promise<void> {
    const { subject, claims } = common
    const id = urlOf(common)
    const envelope = {
      id,
      type: AGREEMENT,
      issuer: did,
      context: settings.context,
      validFrom: now(),
      validUntil: now(),
    }
    const parties = [claims['gx:dataProvider'], claims['gx:dataConsumer']].map(party => ({
      '@context': contextsOf(settings.context),
      credentialSubject: { ...(party as { id: string }), type: 'gx:LegalPerson' },
    }))
    const names = new Set(parties.map(({ credentialSubject }) => credentialSubject.id))
    const found = await validate([credentialPayload(envelope, claims, subject), ...parties])
    const [first] = found.filter(({ node }) => !names.has(node))
    if (first) throw invalid(`The agreement cannot be signed as a gx:${AGREEMENT}: ${first.message}`)
  }

  jobs.serve(ONE, async job => {
    const due: number[] = []
    for (const contract of await find(job.key))
      try {
        due.push((await bring(contract, job))?.getTime() ?? Infinity)
      } catch (error) {
        // It says something that no attempt will change.
        if (!(error instanceof KontorError) || error.code !== 'invalid') throw error
        events.gaiaX({ what: 'failed', type: AGREEMENT, peer: contract.counterparty, reason: error.message })
      }
    const next = Math.min(...due)
    return Number.isFinite(next) ? new Date(next) : undefined
  })

  async function signatureOf(kept: GaiaXCredential | undefined, issuer: string): Promise<Signature | null> {
    if (kept === undefined) return null
    const { jwt: credential, validFrom, validUntil } = kept
    return { issuer, credential, validFrom, validUntil, problem: await problemOf(kept) }
  }

  async function problemOf({ jwt, state, source, validUntil }: GaiaXCredential): Promise<string | null> {
    if (source === 'own') {
      if (state === 'revoked') return 'revoked: We have revoked it, since the agreement counts no more.'
      return validUntil !== null && validUntil <= now() ? 'expired: The credential has expired.' : null
    }
    try {
      await verifyCredential(jwt, judges())
      return null
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return `${error.code}: ${error.message}`
    }
  }

  return {
    look: (tx, { id, counterparty }) => jobs.ask(tx, { kind: ONE, key: id, queue: counterparty }),

    async lookAtAll(tx) {
      for (const id of await listOtherKeys(tx, publishing.signing.kid()))
        await jobs.ask(tx, { kind: ONE, key: id, queue: ONE })
    },

    receive: createReceive({ db, now, events, find, judges }),

    async tokensOf({ agreement }) {
      const kept = await listSignatures(db, subjectIdOf(agreement))
      return kept.map(({ jwt }) => jwt)
    },

    async show(id) {
      const contract = (await find(id)).find(({ finalizedAt }) => finalizedAt !== null)
      if (contract === undefined) throw notFound('agreement', id)
      const { subject } = await commonSubject(contract)
      const { counterparty } = contract
      const kept = await listSignatures(db, subject)
      const foreign = keptAs(subject, counterparty)
      const delivery = (await findDelivery(db, subject)) ?? { state: 'pending' as const, reason: null, at: null }
      return {
        agreement: id,
        subject,
        counterparty,
        own: await signatureOf(
          kept.find(({ source }) => source === 'own'),
          did,
        ),
        peer: await signatureOf(
          kept.find(each => each.id === foreign),
          counterparty,
        ),
        delivery,
      }
    },
  }
}

const PREFIX = 'data-usage-agreement-'

/** The same agreement has its credential under the same name. */
const nameOf = ({ subject }: Common): Statement['name'] => `${PREFIX}${subject.slice('urn:uuid:'.length)}`

/** Whether a credential of ours is about an agreement, by its name. */
export const isAgreement = (name: string): boolean => name.startsWith(PREFIX)
