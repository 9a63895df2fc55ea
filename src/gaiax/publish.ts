import type { Database, Transaction } from '../db/index.ts'
import type { StatusLists } from '../identity/index.ts'
import type { JsonObject } from '../jsonld/index.ts'
import { digestOf } from './canonical-json.ts'
import {
  credentialUrl,
  type Endpoints,
  type GaiaXSettings,
  isNotarised,
  linkTo,
  registrationNode,
  subjectOf,
} from './self-description.ts'
import { credentialPayload, type Signing } from './sign.ts'
import { endCredential, findCredential, lockCredential, putCredential } from './store.ts'
import type { Draft, GaiaXCredential, GaiaXEvents, Statement, StatusPlace } from './types.ts'
import { demandFlawless, type Validation } from './validate.ts'
import { contextsOf } from './vocabulary.ts'

/** What our own credentials are made and kept with. */
export interface Publishing {
  readonly db: Database
  readonly settings: GaiaXSettings
  readonly did: string
  readonly now: () => Date
  readonly signing: Signing
  readonly statusLists: StatusLists
  readonly endpoints: () => Endpoints & { readonly status: (list: string) => string }
  readonly events: GaiaXEvents
  /** What follows, in the same transaction, when a credential of ours, or about us, has changed. */
  readonly changed: (tx: Transaction, credential: GaiaXCredential) => Promise<void>
}

/** A credential is made anew when so much of its life is over. */
const RENEW_AT = 2 / 3

/** When a credential is due for renewal; undefined if it does not end. */
export const renewalOf = ({
  validFrom,
  validUntil,
}: Pick<GaiaXCredential, 'validFrom' | 'validUntil'>): Date | undefined =>
  validUntil === null
    ? undefined
    : new Date(validFrom.getTime() + (validUntil.getTime() - validFrom.getTime()) * RENEW_AT)

/** What is to be done about a statement. */
type Task = 'nothing' | 'signed' | 'renewed' | 'signed anew'

/**
 * What a statement's credential needs: it says something else now, its life is nearly over (or has not begun: the clock has been set
 * back), or another key signs. Signed anew, it keeps its payload, so that a label that names its digest still holds.
 */
function taskFor(former: GaiaXCredential | undefined, content: string, kid: string, now: Date): Task {
  if (former === undefined || former.content !== content) return 'signed'
  const due = renewalOf(former)
  if ((due !== undefined && due <= now) || former.validFrom > now) return 'renewed'
  return former.kid === kid ? 'nothing' : 'signed anew'
}

/** What a statement says, in short: it changes when that does. */
const contentOf = ({ settings }: Publishing, { type, claims }: Statement): string =>
  digestOf({ context: contextsOf(settings.context), type, claims })

/**
 * Checks statements before anything is signed; those that were signed before were checked then. Others may be needed beside them: a
 * service or a data product names the person that provides it. Throws `invalid`.
 */
export async function demandValid(
  given: Publishing,
  validation: Pick<Validation, 'validate'>,
  statements: readonly Statement[],
  beside: readonly Statement[] = [],
): Promise<void> {
  const { db, settings, did, now } = given
  const known = await Promise.all(
    statements.map(async each => {
      const kept = await findCredential(db, credentialUrl(given.endpoints(), each.name))
      return kept?.content === contentOf(given, each)
    }),
  )
  if (known.every(Boolean)) return
  const payloads = [...statements, ...beside].map(({ name, type, claims }) => {
    const id = credentialUrl(given.endpoints(), name)
    const envelope = { id, type, issuer: did, context: settings.context, validFrom: now(), validUntil: now() }
    return credentialPayload(envelope, claims, subjectOf(id))
  })
  const links = attestedNumbers(settings, given.endpoints())
  demandFlawless(await validation.validate([...payloads, ...links]))
}

/** The registration numbers that are only named in what we say, as a notary will say them. */
const attestedNumbers = (settings: GaiaXSettings, endpoints: Endpoints): readonly JsonObject[] =>
  settings.registrationNumbers
    .filter(number => isNotarised(settings, number))
    .map(number => ({
      '@context': contextsOf(settings.context),
      credentialSubject: { ...linkTo(endpoints, number.kind), ...registrationNode(number) },
    }))

/** The published credential of a statement, if there is nothing to be done about it. */
export async function findCurrent(given: Publishing, statement: Statement): Promise<GaiaXCredential | undefined> {
  const kept = await findCredential(given.db, credentialUrl(given.endpoints(), statement.name))
  const task = taskFor(kept, contentOf(given, statement), given.signing.kid(), given.now())
  return task === 'nothing' ? kept : undefined
}

/** Brings the published credential of a statement up to date; gives it. */
export async function publish(given: Publishing, statement: Statement): Promise<GaiaXCredential> {
  const current = await findCurrent(given, statement)
  if (current) return current
  const { db, now, signing, events } = given
  const id = credentialUrl(given.endpoints(), statement.name)
  const content = contentOf(given, statement)

  return db.transaction(async tx => {
    // Of two who would do the same at the same time the second finds it done: else nobody would revoke what the first has signed.
    await lockCredential(tx, id)
    const former = await findCredential(tx, id)
    const task = taskFor(former, content, signing.kid(), now())
    if (former !== undefined && task === 'nothing') return former
    const place =
      former !== undefined && task !== 'signed' ? former.status : await given.statusLists.allocate(tx, now())
    const draft =
      former !== undefined && task === 'signed anew'
        ? await signAnew(given, former)
        : await signFresh(given, statement, { id, content, status: place })
    const kept = await putCredential(tx, draft, now())
    // Who has a copy of what is no longer so learns it.
    if (task === 'signed' && former?.status) await given.statusLists.set(tx, former.status, true)
    await given.changed(tx, kept)
    tx.afterCommit(() => events.gaiaX({ what: task === 'nothing' ? 'signed' : task, credential: id, type: kept.type }))
    return kept
  })
}

async function signFresh(
  { settings, did, now, signing, endpoints }: Publishing,
  { type, claims, about, subject: named }: Statement,
  { id, content, status }: { id: string; content: string; status: StatusPlace | null },
): Promise<Draft> {
  const validFrom = new Date(Math.floor(now().getTime() / 1_000) * 1_000)
  const validUntil = new Date(validFrom.getTime() + settings.validity)
  const subject = named ?? subjectOf(id)
  const envelope = { id, type, issuer: did, context: settings.context, validFrom, validUntil }
  const told = status && { status: { url: endpoints().status(status.list), index: status.index } }
  const jwt = await signing.credential(credentialPayload({ ...envelope, ...told }, claims, subject))
  return { id, type, subject, about, jwt, content, kid: signing.kid(), validFrom, validUntil, source: 'own', status }
}

async function signAnew({ signing }: Publishing, former: GaiaXCredential): Promise<Draft> {
  const jwt = await signing.credential(payloadOf(former.jwt))
  return { ...former, jwt, kid: signing.kid() }
}

/** What a token of ours says; it was verified, or made, when it was kept. */
export const payloadOf = (jwt: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'))

/** Withdraws a credential of ours: nothing is found at its URL any more, and its status says that it is revoked. */
export async function withdraw(given: Publishing, id: string): Promise<void> {
  const { db, now, events, statusLists } = given
  await db.transaction(async tx => {
    const ended = await endCredential(tx, id, now())
    if (ended === undefined) return
    if (ended.status) await statusLists.set(tx, ended.status, true)
    await given.changed(tx, { ...ended, state: 'revoked' })
    tx.afterCommit(() => events.gaiaX({ what: 'revoked', credential: id, type: ended.type }))
  })
}
