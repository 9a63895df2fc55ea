import { isIP } from 'node:net'
import { KontorError } from '../../errors.ts'
import { type Reached, reach } from '../../http/index.ts'
import { addressOf, isUrl } from '../find-peer.ts'
import type { Given, Patient } from '../patient.ts'
import { doubtful, type Finding, ill, skipped, well } from '../types.ts'

/** Where the peer is said to be. */
export async function findAddress(patient: Patient, given: Given): Promise<Finding> {
  const { peer, id, address } = patient.question
  const said = address ?? (isUrl(peer) ? peer : undefined)
  const named = id ?? (isUrl(peer) ? undefined : peer)
  if (named !== undefined) patient.id = named
  const found = said ?? (await addressOf(peer, given)) ?? (await given.dealingsWith(peer)).address
  if (found === undefined)
    return ill(
      'ours',
      `Where ${peer} is reached is not known: its DID document names no DataService, and we have not dealt with it.`,
      'Give its address, or ask it to name its connector in its DID document.',
    )
  try {
    given.guard.check(found)
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    return ill('ours', error.message, 'Name the host in network.allow if it may be called; peers elsewhere need https.')
  }
  patient.address = found
  return well(`It is reached at ${found}.`)
}

const advice = {
  name: 'Check how the host is spelled, and the DNS at both sides.',
  connection:
    'Ask whether their connector runs and listens there; look at firewalls on both sides, ours for what goes out.',
} as const

/** A certificate that ends soon, ms. */
const SOON = 14 * 86_400_000

/** Name, connection and certificate of the host: one walk, three findings. */
export function walk(): Readonly<
  Record<'name' | 'connection' | 'certificate', (patient: Patient, given: Given) => Promise<Finding>>
> {
  let reached: Reached | undefined

  async function name(patient: Patient, { guard, timeout }: Given): Promise<Finding> {
    const url = new URL(patient.address ?? '')
    try {
      reached = await reach(guard, url, { timeout })
    } catch (error) {
      if (!(error instanceof KontorError)) throw error
      return ill('ours', error.message, 'Name the host in network.allow if it may be called.')
    }
    patient.addresses = reached.addresses
    const { broken } = reached
    if (broken?.step === 'name')
      return ill(
        broken.code === 'EAI_AGAIN' ? 'ours' : 'theirs',
        `${url.hostname} cannot be found: ${broken.words}.`,
        advice.name,
      )
    if (isIP(url.hostname.replace(/^\[(.*)\]$/, '$1')) !== 0) return well('The host is an address: no name is needed.')
    return well(`${url.hostname} is at ${reached.addresses.join(', ')}.`)
  }

  async function connection(patient: Patient): Promise<Finding> {
    const { host } = new URL(patient.address ?? '')
    const broken = reached?.broken
    if (broken?.step !== 'connection') return well(`${host} takes connections.`)
    return ill('theirs', `${host} takes no connection: ${broken.words}.`, advice.connection)
  }

  async function certificate(patient: Patient, { now }: Given): Promise<Finding> {
    const url = new URL(patient.address ?? '')
    if (url.protocol === 'http:') return skipped('It is reached by plain HTTP, which shows no certificate.')
    const { broken, certificate: shown } = reached ?? {}
    const names = shown && shown.names.length > 0 ? shown.names.join(', ') : 'no name'
    if (broken?.step === 'certificate')
      return ill('theirs', `${url.host}: ${broken.words}.`, mend(broken.code, names, url.hostname))
    if (shown && shown.validTo.getTime() - now().getTime() < SOON)
      return doubtful(
        'theirs',
        `The certificate of ${url.host} ends on ${day(shown.validTo)}.`,
        'Ask them to renew it.',
      )
    return well(
      `The certificate is for ${names}, by ${shown?.issuer ?? 'nobody'}, until ${shown ? day(shown.validTo) : '–'}.`,
    )
  }

  return { name, connection, certificate }
}

const day = (date: Date): string => date.toISOString().slice(0, 10)

/** What their side has to do about a certificate. */
function mend(code: string, names: string, host: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'They have to renew it.'
  if (code === 'CERT_NOT_YET_VALID') return 'They have to use one that is valid now, or our clock is slow.'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `It is for ${names}: they need one for ${host}, or you the other name.`
  if (/SELF_SIGNED|UNABLE_TO|ISSUER/.test(code))
    return 'They have to send the whole chain of a public authority; if theirs is to be trusted here, start this connector with NODE_EXTRA_CA_CERTS.'
  return 'They have to set up TLS at that port.'
}
