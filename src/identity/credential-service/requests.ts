import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../db/index.ts'
import { badGateway, invalid, KontorError, notFound } from '../../errors.ts'
import type { Job } from '../../process/index.ts'
import { message, parseMessage } from '../credentials/messages.ts'
import { askPeer, askUrl } from '../credentials/peers.ts'
import { isProfile } from '../credentials/profiles.ts'
import { endRequest } from './end-request.ts'
import type { Holding } from './given.ts'
import { serveRenewal } from './renewal.ts'
import { acknowledgeRequest, findRequest, insertRequest, listRequests, setObjects } from './request-store.ts'
import type { CredentialRequest } from './types.ts'

/** The kind of job that asks an issuer, and then how it stands. */
const REQUEST = 'credential-request'

/** What is wanted of an issuer: ids of what its metadata lists, or types to look up there. */
export interface Wish {
  /** A DID. */
  readonly issuer: string
  readonly objects?: readonly string[]
  readonly types?: readonly string[]
}

/** Answers that no repetition turns. */
const FINAL: ReadonlySet<number> = new Set([400, 403, 404, 405, 409, 410, 422])

/** Between questions how a request stands, ms: the longer it takes, the longer. */
const POLL = { least: 5_000, most: 3_600_000 } as const
/** An issuer that has not decided for so long will not, ms. */
const PATIENCE = 90 * 86_400_000

/** Asks issuers for credentials, and follows what becomes of it. */
export type CredentialRequests = ReturnType<typeof createRequests>

/** The requests of one participant. */
export function createRequests(given: Holding) {
  const { db, jobs, now, peers, events, giveUpAfter } = given

  async function begin(
    tx: Transaction,
    { issuer, objects = [], types = [] }: Wish,
    renews: string | null = null,
  ): Promise<string> {
    if (objects.length + types.length === 0)
      throw invalid('Name at least one credential, or type of credential, to ask for.')
    const id = randomUUID()
    await insertRequest(tx, { id, issuer, objects, types, renews }, now())
    await jobs.ask(tx, { kind: REQUEST, key: id, queue: issuer })
    return id
  }

  async function finish(request: CredentialRequest, state: 'REJECTED' | 'FAILED', reason: string): Promise<undefined> {
    const { id, issuer } = request
    const ended = await endRequest(given, request, state, reason)
    if (ended) events.wallet({ what: state === 'FAILED' ? 'failed' : 'rejected', peer: issuer, request: id, reason })
    return undefined
  }

  /** What its metadata lists for the types that are wanted; of several profiles the one we like best. */
  async function lookUp({ id, issuer, types }: CredentialRequest): Promise<readonly string[]> {
    const endpoint = await peers.findService(issuer, 'IssuerService')
    const { status, body } = await peers.request({ method: 'GET', url: `${endpoint.replace(/\/$/, '')}/metadata` })
    if (status !== 200) throw badGateway(`${issuer} answered ${status} when it was asked for its metadata.`)
    const { credentialsSupported = [] } = parseMessage('IssuerMetadata', body)
    const found = types.map(type => {
      const of = credentialsSupported.filter(each => each.credentialType === type && isProfile(each.profile))
      const [best] = of.sort((a, b) => String(b.profile).localeCompare(String(a.profile)))
      if (!best) throw invalid(`${issuer} issues no ${type} of a profile that we understand.`)
      return best.id
    })
    await setObjects(db, id, found, now())
    return found
  }

  async function send(request: CredentialRequest): Promise<void> {
    const { id, issuer } = request
    const objects = request.objects.length > 0 ? request.objects : await lookUp(request)
    const body = message('CredentialRequestMessage', {
      holderPid: id,
      credentials: objects.map(each => ({ id: each })),
    })
    const answer = await askPeer(peers, { to: issuer, service: 'IssuerService', path: '/credentials', body })
    const endpoint = await peers.findService(issuer, 'IssuerService')
    await acknowledgeRequest(db, id, statusUrlOf(answer.headers.location, endpoint), now())
    events.wallet({ what: 'acknowledged', peer: issuer, request: id })
  }

  async function poll({ id, issuer, statusUrl }: CredentialRequest): Promise<'REJECTED' | undefined> {
    if (statusUrl === null) return undefined
    const { body } = await askUrl(peers, { to: issuer, url: statusUrl })
    const { status, holderPid } = parseMessage('CredentialStatus', body)
    if (holderPid !== id) throw badGateway(`${issuer} told how another request stands.`)
    return status === 'REJECTED' ? status : undefined
  }

  /** Once the issuer has the request, credentials or a refusal come by themselves; asking finds out what got lost. */
  async function work(job: Job): Promise<Date | undefined> {
    const request = await findRequest(db, job.key)
    if (!request) return undefined
    const age = now().getTime() - request.createdAt.getTime()
    try {
      if (request.state === 'REQUESTED') await send(request)
      else if (request.state !== 'RECEIVED') return undefined
      else if ((await poll(request)) === 'REJECTED')
        return finish(request, 'REJECTED', 'The issuer has rejected the request.')
      else if (age > PATIENCE) return finish(request, 'FAILED', 'The issuer has not decided.')
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (isFinal(error) && request.state === 'REQUESTED') return finish(request, 'REJECTED', reason)
      if (now().getTime() - job.since.getTime() > giveUpAfter) return finish(request, 'FAILED', reason)
      throw error
    }
    return new Date(now().getTime() + Math.min(POLL.most, Math.max(POLL.least, age / 2)))
  }

  jobs.serve(REQUEST, work)
  serveRenewal(given, async (tx, renews) => {
    const request = await findRequest(tx, renews)
    if (request) await begin(tx, request, renews)
  })

  return {
    /** Asks for credentials within a transaction; the answer is the request's id, our holderPid. */
    begin,

    /** Asks for credentials. */
    async request(wish: Wish): Promise<string> {
      if (wish.objects?.length && wish.types?.length)
        throw invalid('Name credentials or types of credentials to ask for, not both.')
      const id = await db.transaction(tx => begin(tx, wish))
      events.wallet({ what: 'requested', peer: wish.issuer, request: id })
      return id
    },

    /** Throws `not-found`. */
    async get(id: string): Promise<CredentialRequest> {
      const request = await findRequest(db, id)
      if (!request) throw notFound('credential request', id)
      return request
    },

    list: (query: Parameters<typeof listRequests>[1]) => listRequests(db, query),
  }
}

/** Whether an issuer has said no, and not just now. */
const isFinal = (error: unknown): boolean =>
  error instanceof KontorError && (error.code === 'invalid' || (error.code === 'refused' && FINAL.has(error.status)))

/** Where an issuer tells how a request stands; nowhere but at the issuer's own service: our token is for it alone. */
function statusUrlOf(location: string | undefined, endpoint: string): string | null {
  if (location === undefined || !URL.canParse(location, endpoint)) return null
  const url = new URL(location, endpoint)
  return url.origin === new URL(endpoint).origin ? url.href : null
}
