import { badGateway, KontorError } from '../../errors.ts'
import type { Client } from '../../http/index.ts'

/** How issuers, holders and verifiers know each other and are spoken to. */
export interface Peers {
  /** An ID token of ours for one peer; it carries the peer's access token, if there is one. */
  readonly idToken: (audience: string, carried?: { access?: string }) => Promise<string>
  /** The endpoint of a service in a DID document; throws a `Rejection`. */
  readonly findService: (did: string, type: 'CredentialService' | 'IssuerService') => Promise<string>
  readonly request: Client['request']
}

/** What a peer is asked. */
interface Question {
  readonly to: string
  readonly service: 'CredentialService' | 'IssuerService'
  /** Below the service's endpoint. */
  readonly path: string
  /** Posted; without one the question is a GET. */
  readonly body?: object
  readonly access?: string | undefined
}

/** Asks a service of a peer, with an ID token of ours. Throws `refused` with the peer's status where that is a client error, else `bad-gateway`. */
export async function askPeer(
  { idToken, findService, request }: Peers,
  { to, service, path, body, access }: Question,
): ReturnType<Client['request']> {
  const endpoint = await findService(to, service)
  return askUrl({ idToken, request }, { to, url: `${endpoint.replace(/\/$/, '')}${path}`, body, access })
}

/** Asks a peer at a URL that it has told, with an ID token of ours. Throws like `askPeer`. */
export async function askUrl(
  { idToken, request }: Pick<Peers, 'idToken' | 'request'>,
  { to, url, body, access }: { to: string; url: string; body?: object | undefined; access?: string | undefined },
): ReturnType<Client['request']> {
  const token = await idToken(to, access === undefined ? {} : { access })
  const headers = { authorization: `Bearer ${token}` }
  const answer = await request({ method: body ? 'POST' : 'GET', url, headers, ...(body && { body }) })
  const { status } = answer
  if (status >= 200 && status < 300) return answer
  const sentence = `${to} answered ${status}.`
  throw status >= 400 && status < 500 ? new KontorError('refused', status, sentence) : badGateway(sentence)
}
