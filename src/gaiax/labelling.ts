import type { Database, Transaction } from '../db/index.ts'
import { KontorError } from '../errors.ts'
import { appendFacts, type FactData } from '../events/index.ts'
import { isJsonObject, type JsonObject } from '../jsonld/index.ts'
import type { Job, Jobs } from '../process/index.ts'
import { type Apply, levels } from './compliance.ts'
import type { Announce } from './credential-events.ts'
import type { Attest } from './notary.ts'
import { covers, readJudgement } from './peers/label.ts'
import { payloadOf, renewalOf } from './publish.ts'
import { credentialUrl, type Endpoints, type GaiaXSettings, isNotarised, names, subjectOf } from './self-description.ts'
import { endCredential, findCredential, listCredentials, putCredential } from './store.ts'
import { beginTrouble, endTrouble, type Place, reportMended, reportTrouble } from './troubles.ts'
import type { Draft, GaiaXCredential, GaiaXEvents } from './types.ts'

/** The kinds of jobs: to have attested and labelled what is due, and to make a label known. */
const LABELLING = 'gaia-x-labelling'
const ANNOUNCEMENT = 'gaia-x-announcement'

/** What a label is about: who we are, what we have accepted, what we offer. Registration numbers come with it. */
const labelled = ['LegalPerson', 'Issuer', 'ServiceOffering']

/** Keeps what others attest about us. */
export interface Labelling {
  /** Has it looked after, as soon as the transaction is committed. To be asked every now and then: so is whoever has refused us, and clocks are set. */
  ask(tx: Transaction): Promise<void>
}

/** What it is made of. */
export interface LabellingGiven {
  readonly did: string
  readonly settings: GaiaXSettings
  readonly db: Database
  readonly jobs: Jobs
  readonly now: () => Date
  readonly events: GaiaXEvents
  readonly endpoints: () => Endpoints
  readonly attest: Attest
  readonly apply: Apply
  /** Whether somebody has taken back what they had signed. */
  readonly isRevoked: (jwt: string) => Promise<boolean>
  readonly announce: Announce
  readonly changed: (tx: Transaction, credential: GaiaXCredential) => Promise<void>
}

/**
 * Has our registration numbers attested and our credentials labelled; again at two thirds of their life, when one is revoked, and whenever
 * the label is no longer about what we say. All that decides is in the database and the clock, so nothing is lost by a restart, or by a clock that is set.
 */
export function createLabelling(given: LabellingGiven): Labelling {
  const { did, settings, db, jobs, now, events, endpoints } = given

  const ask = (tx: Transaction): Promise<void> => jobs.ask(tx, { kind: LABELLING, key: did, queue: LABELLING })

  /** Keeps a new version, and has it announced if it is a label. */
  async function keep(draft: Draft): Promise<GaiaXCredential> {
    return db.transaction(async tx => {
      const kept = await putCredential(tx, draft, now())
      await given.changed(tx, kept)
      await endTrouble(tx, { about: kept.id, task: 'validity' })
      if (kept.source === 'compliance')
        await appendFacts(tx, [{ type: 'gaia-x.labelled', subject: kept.id, data: told(kept, 'attestation') }], now())
      if (kept.source === 'compliance' && settings.events !== undefined)
        await jobs.ask(tx, { kind: ANNOUNCEMENT, key: kept.id, queue: ANNOUNCEMENT })
      tx.afterCommit(() =>
        events.gaiaX({
          what: kept.source === 'compliance' ? 'labelled' : 'received',
          credential: kept.id,
          type: kept.type,
        }),
      )
      return kept
    })
  }

  async function holds(credential: GaiaXCredential): Promise<boolean> {
    if (isOver(credential, now())) await db.transaction(tx => tellEnd(tx, credential, 'expired'))
    const revoked = await given.isRevoked(credential.jwt)
    if (revoked) await takeBack(credential)
    return !revoked && !isDue(credential, now())
  }

  /** It is worth nothing any more, whether there will be another or not: nobody is shown it, and who asks for it by its address is told that it has gone. */
  const takeBack = (credential: GaiaXCredential): Promise<void> =>
    db.transaction(async tx => {
      await tellEnd(tx, credential, 'revoked')
      const ended = await endCredential(tx, credential.id, now())
      if (ended === undefined) return
      await given.changed(tx, { ...ended, state: 'revoked' })
      tx.afterCommit(() => events.gaiaX({ what: 'revoked', credential: ended.id, type: ended.type }))
    })

  /** Until there is another one it is told once. */
  function tellEnd(tx: Transaction, credential: GaiaXCredential, state: 'expired' | 'revoked'): Promise<void> {
    const data = told(credential, 'validity')
    const fact = { type: `gaia-x.${state}` as const, subject: credential.id, data }
    return beginTrouble(tx, { about: credential.id, task: 'validity', state }, { fact, now: now() })
  }

  /** The number as a notary attests it: the one that we have, or a fresh one. */
  async function attested(number: GaiaXSettings['registrationNumbers'][number]): Promise<GaiaXCredential> {
    const id = credentialUrl(endpoints(), number.kind)
    const former = await findCredential(db, id)
    if (former && says(former, number.value) && (await holds(former))) return former
    return keep(await given.attest(number, { id, subject: subjectOf(id) }))
  }

  async function label(numbers: readonly GaiaXCredential[]): Promise<GaiaXCredential | undefined> {
    const own = await listCredentials(db, { source: 'own' })
    const credentials = [...own.filter(({ type }) => labelled.includes(type)), ...numbers].map(({ jwt }) => ({
      jwt,
      payload: payloadOf(jwt),
    }))
    const id = credentialUrl(endpoints(), names.label)
    const former = await findCredential(db, id)
    const offer = settings.level
    // Asked first: that it has ended is told whatever it is about.
    const stands = former !== undefined && (await holds(former))
    if (stands && isAbout(former, { offer, credentials })) return former
    return keep(await given.apply({ id, subject: subjectOf(id), offer, credentials }))
  }

  async function look(): Promise<Date | undefined> {
    const numbers: GaiaXCredential[] = []
    for (const number of settings.registrationNumbers)
      if (isNotarised(settings, number)) numbers.push(await attested(number))
    const given = settings.compliance === undefined ? undefined : await label(numbers)
    const due = [...numbers, ...(given ? [given] : [])].flatMap(each => renewalOf(each)?.getTime() ?? [])
    return due.length === 0 ? undefined : new Date(Math.min(...due))
  }

  /** A refusal is told, and that is that for now; where nobody answers, it is tried again with growing pauses. */
  async function tellingFailures(work: () => Promise<Date | undefined>, place: Place): Promise<Date | undefined> {
    try {
      const again = await work()
      await reportMended(db, place, now())
      return again
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const refused = error instanceof KontorError && error.code === 'conflict'
      const state = refused ? 'refused' : 'failed'
      events.gaiaX({ what: state, credential: place.about, reason })
      await reportTrouble(db, place, { state, reason }, now())
      if (refused) return undefined
      throw error
    }
  }

  async function announceLatest({ key }: Job): Promise<undefined> {
    const latest = await findCredential(db, key)
    if (latest === undefined || isOver(latest, now())) return
    await given.announce(latest)
    events.gaiaX({ what: 'announced', credential: latest.id, type: latest.type })
  }

  jobs.serve(LABELLING, () =>
    tellingFailures(look, { about: credentialUrl(endpoints(), names.label), task: 'attestation' }),
  )
  jobs.serve(ANNOUNCEMENT, job => tellingFailures(() => announceLatest(job), { about: job.key, task: 'announcement' }))
  return { ask }
}

/** What an event tells of something that others have attested. */
function told({ type, jwt, source, validUntil }: GaiaXCredential, task: Place['task']): FactData<'gaia-x.labelled'> {
  const { issuer } = payloadOf(jwt)
  const level = source === 'compliance' ? (readJudgement(subjectIn(jwt)).level ?? 'SC') : null
  return {
    task,
    type,
    issuer: typeof issuer === 'string' ? issuer : null,
    level,
    validUntil: validUntil?.toISOString() ?? null,
    reason: null,
  }
}

/** Two thirds of its life are over, or it has not begun: the clock has been set back. */
function isDue(credential: GaiaXCredential, now: Date): boolean {
  const due = renewalOf(credential)
  return (due !== undefined && due <= now) || credential.validFrom.getTime() - CLOCKS > now.getTime()
}

/** The clocks of those who attest may be ahead of ours by so much, ms. */
const CLOCKS = 60_000

const isOver = ({ validUntil }: GaiaXCredential, now: Date): boolean => validUntil !== null && validUntil <= now

/** Whether a registration number that was attested is the one we state. */
const says = ({ jwt }: GaiaXCredential, value: string): boolean => Object.values(subjectIn(jwt)).includes(value)

/** Whether a label that we have is of the level that we want, and about what we say now. */
function isAbout(
  { jwt }: GaiaXCredential,
  { offer, credentials }: Pick<Parameters<Apply>[0], 'offer' | 'credentials'>,
): boolean {
  const label = readJudgement(subjectIn(jwt))
  return (label.level ?? 'SC') === levels[offer] && credentials.every(({ payload }) => covers(label, payload))
}

function subjectIn(jwt: string): JsonObject {
  const { credentialSubject } = payloadOf(jwt)
  return isJsonObject(credentialSubject) ? credentialSubject : {}
}
