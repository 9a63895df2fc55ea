import { lookup } from 'node:dns/promises'
import { KontorError } from '../../errors.ts'
import { standingOf } from '../../http/index.ts'
import type { Given, Patient } from '../patient.ts'
import { doubtful, type Finding, ill, skipped, well } from '../types.ts'
import { askVersions, ours } from '../versions.ts'

/** Where we tell peers to answer: whether it leads to us, and whether they can get there. */
export async function ownUrl({ addresses = [] }: Patient, given: Given): Promise<Finding> {
  const { protocol } = given.urls()
  const far = await outOfReach(protocol, addresses)
  const setting = 'Set protocol.publicUrl to the https address under which peers reach this connector.'
  if (far !== undefined) return ill('ours', `We tell peers to answer at ${protocol}, ${far}.`, setting)
  try {
    const found = ours(await askVersions(protocol, given))
    if (found?.serviceId === given.participantId) return well(`${protocol} leads to us.`)
    return ill('ours', `${protocol}, where we tell peers to answer, is somebody else.`, setting)
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    return ill(
      'ours',
      `We tell peers to answer at ${protocol}, and it does not work from here: ${error.message}`,
      `${setting} The proxy in front must let /dsp and /.well-known through.`,
    )
  }
}

/** Where we tell consumers to fetch data. */
export async function ownDataUrl({ addresses = [] }: Patient, { urls, request }: Given): Promise<Finding> {
  const { data } = urls()
  const setting = 'Set data.publicUrl to the https address under which consumers reach the data port.'
  const far = await outOfReach(data, addresses)
  if (far !== undefined) return ill('ours', `We tell consumers to fetch data at ${data}, ${far}.`, setting)
  try {
    const { status } = await request({ method: 'GET', url: data })
    return status < 500 ? well(`${data} answers.`) : ill('ours', `${data} answers ${status}.`, setting)
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    return doubtful(
      'ours',
      `We tell consumers to fetch data at ${data}, and it does not work from here: ${error.message}`,
      setting,
    )
  }
}

/** Why somebody at these addresses cannot get to a URL of ours; undefined if nothing speaks against it. */
async function outOfReach(url: string, theirs: readonly string[]): Promise<string | undefined> {
  const { hostname, protocol } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const found = await lookup(host, { all: true }).catch(() => [])
  if (found.length === 0) return 'a name that nobody knows'
  // Where they are not known, nothing can be said about what they reach.
  if (theirs.length === 0) return undefined
  const [own, other] = [found.map(({ address }) => standingOf(address)), theirs.map(standingOf)]
  if (own.every(standing => standing === 'loopback') && !other.includes('loopback'))
    return 'which is this machine, and for them theirs'
  if (!own.includes('public') && other.includes('public')) return `an address of our own network (${own[0]})`
  if (protocol === 'http:' && other.includes('public')) return 'without TLS, which connectors refuse'
  return undefined
}

/** What has come from them, and what has not got through: the past tells whether their way to us works. */
export async function dealings({ id }: Patient, { dealingsWith }: Given): Promise<Finding> {
  if (id === undefined) return skipped('It is not known who they are.')
  const { heardAt, stuck } = await dealingsWith(id)
  const heard = heardAt ? `They sent us something the last time at ${heardAt}.` : 'They have never sent us anything.'
  const [first] = stuck
  if (first === undefined) return well(`${heard} Nothing of ours waits to be delivered.`)
  const more = stuck.length > 1 ? `${stuck.length} processes wait` : `The ${first.kind} ${first.id} waits`
  return doubtful(
    'between',
    `${heard} ${more} for a message of ours to get through${first.lastError ? `: ${first.lastError}` : '.'}`,
    `kontor describe ${first.kind} ${first.id}`,
  )
}
