import type { Database } from '../../db/index.ts'
import { conflict, forbidden, invalid, KontorError, unavailable } from '../../errors.ts'
import { isJsonObject } from '../../jsonld/index.ts'
import { readCredential } from '../peers/read.ts'
import { Refusal, type RefusalCode } from '../peers/refusal.ts'
import { type Judges, verifyCredential } from '../peers/verify.ts'
import { findCredential, putCredential } from '../store.ts'
import type { GaiaXEvents } from '../types.ts'
import { shortType } from '../vocabulary.ts'
import { AGREEMENT, type Common, type Contract, commonSubject, differences } from './subject.ts'

/** Takes the other side's signature under an agreement. Throws `invalid`, `forbidden`, `conflict` when it is too early, `unavailable`. */
export type Receive = (sender: string, body: unknown) => Promise<void>

/** A credential of this kind has some two thousand characters. */
const LONGEST = 65_536

/** What is not the sender's fault, or may mend itself: a new key may be in a document that we have not fetched again yet. */
const ours: readonly RefusalCode[] = ['key', 'unreachable', 'chain-unreachable', 'chain-status', 'status']

/** Its id is the signer's to choose, and might be that of a credential of ours: it is kept under a name that only this signer's can have. */
export const keptAs = (subject: string, signer: string): string => `${subject}#${signer}`

/** Makes it. Nothing is fetched for a credential before it is seen to be by its sender, and to say what it must. */
export function createReceive(given: {
  db: Database
  now: () => Date
  events: GaiaXEvents
  find: (id: string) => Promise<readonly Contract[]>
  judges: () => Judges
}): Receive {
  const { db, now, events, find, judges } = given

  async function take(sender: string, agreement: string, jwt: string): Promise<void> {
    const contract = (await find(agreement)).find(({ counterparty }) => counterparty === sender)
    // Whether it is somebody else's is nobody's business.
    if (contract === undefined) throw forbidden('We have no agreement of that id with you.')
    if (contract.finalizedAt === null)
      throw conflict('The agreement is not finalised here yet: come again a little later.')
    const common = await commonSubject(contract)
    const id = keptAs(common.subject, sender)
    if ((await findCredential(db, id))?.jwt === jwt) return
    demandSame(jwt, sender, common, judges().olderTypes)
    const { validFrom, validUntil = null } = await verifyCredential(jwt, judges())
    await db.transaction(async tx => {
      const { subject } = common
      const draft = {
        id,
        type: AGREEMENT,
        subject,
        about: agreement,
        jwt,
        validFrom,
        validUntil,
        source: 'peer' as const,
      }
      await putCredential(tx, draft, now())
      tx.afterCommit(() => events.gaiaX({ what: 'received', credential: id, type: AGREEMENT, peer: sender }))
    })
  }

  return async (sender, body) => {
    const { agreement, credential } = read(body)
    try {
      await take(sender, agreement, credential)
    } catch (error) {
      const told = error instanceof Refusal ? renderRefusal(error) : error
      if (told instanceof KontorError && told.status < 500 && told.code !== 'conflict')
        events.gaiaX({ what: 'refused', type: AGREEMENT, peer: sender, code: codeOf(error), reason: told.message })
      throw told
    }
  }
}

function read(body: unknown): { agreement: string; credential: string } {
  const { agreement, credential } = isJsonObject(body) ? body : { agreement: undefined, credential: undefined }
  if (typeof agreement !== 'string' || agreement === '' || agreement.length > 2_048)
    throw invalid('The body must name the agreement.', { faults: [{ path: '/agreement', message: 'must be its id' }] })
  if (typeof credential !== 'string' || credential.length > LONGEST)
    throw invalid('The body must have a credential.', {
      faults: [{ path: '/credential', message: `must be a compact JWS of at most ${LONGEST} characters` }],
    })
  return { agreement, credential }
}

function demandSame(jwt: string, sender: string, { subject, claims }: Common, olderTypes: Judges['olderTypes']): void {
  const { issuer, types, subjects } = readCredential(jwt, olderTypes)
  if (issuer !== sender) throw new Refusal('issuer', 'The credential is not by you.')
  if (!types.some(type => shortType(type) === AGREEMENT))
    throw new Refusal('malformed', `The credential is no gx:${AGREEMENT}.`)
  const [only, ...more] = subjects
  if (only === undefined || more.length > 0) throw new Refusal('malformed', 'The credential must have one subject.')
  const others = differences(only, { id: subject, type: `gx:${AGREEMENT}`, ...claims })
  if (others.length > 0)
    throw new Refusal('malformed', `What it says is not what the agreement says: ${others.join(', ').slice(0, 500)}.`)
}

function renderRefusal(refusal: Refusal): KontorError {
  const sentence = `The credential is not accepted (${refusal.code}): ${refusal.message}`
  return ours.includes(refusal.code) ? unavailable(sentence, { cause: refusal }) : invalid(sentence, { cause: refusal })
}

const codeOf = (error: unknown): string =>
  error instanceof Refusal || error instanceof KontorError ? error.code : 'internal'
