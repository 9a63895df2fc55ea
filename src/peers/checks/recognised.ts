import { randomUUID } from 'node:crypto'
import { joinUrl, reasonOf } from '../../dsp/index.ts'
import { KontorError } from '../../errors.ts'
import type { Given, Patient } from '../patient.ts'
import { doubtful, type Finding, ill, well } from '../types.ts'

/**
 * Whether they know us: a negotiation that cannot exist is asked for, with a token of ours. "There is none" is what somebody says who has verified the
 * token, and with DCP has fetched our DID document for it. That is the round trip.
 */
export async function recognised(patient: Patient, given: Given): Promise<Finding> {
  const { id = '', protocolUrl = '' } = patient
  const { request, authorize } = given
  try {
    const headers = { authorization: await authorize(id) }
    const url = joinUrl(protocolUrl, `/negotiations/urn:uuid:${randomUUID()}`)
    const { status, body } = await request({ method: 'GET', url, headers })
    const words = inWords(body)
    if (status === 401 || status === 403) return turnedDown(status, words, patient, given)
    if (isError(body) && (status === 404 || status === 400))
      return well('They know us: a token of ours is taken there.')
    if (status >= 500)
      return ill(
        'theirs',
        `Their protocol endpoint answers ${status}${words}.`,
        'Something is broken there: ask them to look into their log.',
      )
    if (status === 404)
      return ill(
        'theirs',
        `${protocolUrl} answers 404, and not in the words of the protocol: something else is there.`,
        'Check the address; on their side, a proxy may drop the path.',
      )
    return doubtful(
      'theirs',
      `Asked for a negotiation that does not exist, they answer ${status}.`,
      'Ask them what answers there.',
    )
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    return ill(
      error.code === 'invalid' ? 'ours' : 'theirs',
      error.message,
      'Nothing can be sent to them until this works.',
    )
  }
}

/** Our own side has been looked at before: if it is well, it is theirs. */
function turnedDown(status: number, words: string, { ill: before }: Patient, { checkup }: Given): Finding {
  const sentence = `They answer ${status} to a token of ours${words}.`
  if (!checkup)
    return ill(
      'between',
      sentence,
      'The token that we present there (identity.participants, presents) must hash to what they accept from us: compare with "kontor token".',
    )
  if (['own-did-document', 'own-token', 'own-url'].some(check => before.has(check)))
    return ill('ours', sentence, 'Mend first what is wrong with our own token, DID document or URL.')
  if (before.has('clock')) return ill('between', sentence, 'Mend the clocks first.')
  return status === 403
    ? ill(
        'ours',
        sentence,
        'They ask for credentials that we do not hold, or whose issuer they do not trust: see the check of credentials.',
      )
    : ill(
        'theirs',
        sentence,
        'From here our token is as it should be: they may not reach our DID document or credential service (firewall, DNS), or keep an old one.',
      )
}

/** Only what the protocol says is a reason is told on; whatever else stands there is not. */
function inWords(body: unknown): string {
  const reason = isError(body) ? reasonOf(body) : undefined
  return reason === undefined ? '' : `: ${reason.slice(0, 300).replace(/\.$/, '')}`
}

const isError = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  '@type' in body &&
  /^(?:dspace:)?(?:ContractNegotiation|Catalog|Transfer)(?:Process)?Error$/.test(String(body['@type']))

/** Whether their catalogue can be had: for it they ask what is attested about us. */
export async function catalog(patient: Patient, { catalogClient, checkup }: Given): Promise<Finding> {
  const { id = '', protocolUrl = '' } = patient
  try {
    const said = await catalogClient.requestCatalog({ counterparty: id, address: protocolUrl })
    const stranger = otherThan(id, said)
    if (stranger) return stranger
    const elsewhere = otherPlace(protocolUrl, said)
    if (elsewhere) return elsewhere
    const { dataset } = said
    const count = Array.isArray(dataset) ? dataset.length : dataset ? 1 : 0
    return count > 0
      ? well(`Their catalogue offers us datasets (${count} on the first page).`)
      : doubtful(
          'between',
          'Their catalogue is empty for us.',
          checkup
            ? 'Nothing is on offer there, or only for others: compare our credentials with what their policies ask for.'
            : 'Nothing is on offer there, or only for others: ask in which groups they have us.',
        )
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    const refused = /answered (?:401|403)/.test(error.message)
    const misunderstood = /answered 4/.test(error.message)
    return ill(
      (refused && checkup) || (misunderstood && !refused) ? 'between' : 'theirs',
      error.message.slice(0, 500),
      refused ? 'See the checks of our token and our credentials.' : 'Ask them to look into their log.',
    )
  }
}

/** A catalogue says whose it is: not every connector says so before. */
function otherThan(id: string, { participantId }: Readonly<Record<string, unknown>>): Finding | undefined {
  if (typeof participantId !== 'string' || participantId === id) return undefined
  const name = participantId.slice(0, 500)
  return ill(
    'between',
    `Their catalogue is that of ${name}, not of ${id}: agreements with ${id} are refused there, or here.`,
    `Use the id ${name} if that is whom you mean, else another address.`,
  )
}

/** A catalogue says where its data services are: there is what others are told to answer to. */
function otherPlace(protocolUrl: string, { service = [] }: Readonly<Record<string, unknown>>): Finding | undefined {
  const told = [service].flat().flatMap(each => Object(each).endpointURL ?? [])
  const places = told.filter(place => typeof place === 'string').map(place => place.replace(/\/+$/, ''))
  if (places.length === 0 || places.includes(protocolUrl.replace(/\/+$/, ''))) return undefined
  return doubtful(
    'theirs',
    `They tell others that they are reached at ${places[0]?.slice(0, 500)}, and we reach them at ${protocolUrl}.`,
    'If nothing is there, what we answer to them gets lost: they should mend the address that they tell (of an EDC: edc.dsp.callback.address).',
  )
}
