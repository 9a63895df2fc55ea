import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { createClient, createGuard } from '../../src/http/index.ts'
import type { Algorithm, Signer } from '../../src/keys/index.ts'
import { freshSigner } from './keys.ts'

/** Somebody with a DID and a key, whose document lies on a host of the test's own. */
export interface Persona {
  readonly did: string
  readonly signer: Signer
  /** The DID URL of the key. */
  readonly kid: string
  /** What its host answers when it is asked for the document; may be replaced. */
  document: object
}

/** Answers a request; the path is the key under which it was put. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A web host under whose address DIDs, status lists and schemas can be put. */
export interface WebHost {
  readonly url: string
  /** What was asked for, in order: `GET /alice/did.json`. */
  readonly asked: string[]
  /** Puts something under a path: an answer, or what is sent as JSON. */
  put(path: string, content: Answer | object | string): void
  persona(name: string, algorithm?: Algorithm): Persona
}

/** A client that may call this machine. */
export function localClient(t: Pick<Test, 'teardown'>) {
  const client = createClient({ guard: createGuard({ allow: ['127.0.0.0/8'] }), timeout: 5_000 })
  t.teardown(() => client.close())
  return client
}

/** Hosts of the tests have no certificates. */
export const plainHttp = ['127.0.0.1']

/** Starts a host on a free port; it stops when the test ends. */
export async function webHost(t: Pick<Test, 'teardown'>): Promise<WebHost> {
  const contents = new Map<string, Answer>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const answer = contents.get(request.url ?? '')
    if (answer) return answer(request, response)
    response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo // a server on a port has no other kind of address

  const put: WebHost['put'] = (path, content) => {
    contents.set(
      path,
      typeof content === 'function' ? (content as Answer) : (_, response) => response.end(textOf(content)),
    )
  }

  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    put,
    persona(name, algorithm = 'ES256') {
      const did = `did:web:127.0.0.1%3A${port}:${name}`
      const signer = freshSigner(algorithm)
      const persona: Persona = { did, signer, kid: `${did}#${signer.kid}`, document: documentOf(did, [signer]) }
      put(`/${name}/did.json`, (_, response) => response.end(JSON.stringify(persona.document)))
      return persona
    },
  }
}

const textOf = (content: object | string): string => (typeof content === 'string' ? content : JSON.stringify(content))

/** A DID document with these keys for every use; `more` is added or replaces. */
export function documentOf(did: string, signers: readonly Signer[], more: object = {}): object {
  const ids = signers.map(({ kid }) => `${did}#${kid}`)
  return {
    '@context': ['https://www.w3.org/ns/did/v1'],
    id: did,
    verificationMethod: signers.map(({ publicJwk }, index) => ({
      id: ids[index],
      type: 'JsonWebKey2020',
      controller: did,
      publicKeyJwk: publicJwk,
    })),
    authentication: ids,
    assertionMethod: ids,
    capabilityInvocation: ids,
    ...more,
  }
}

/** Signs whatever header and payload: what our own functions would never make. The header gets `alg`, `typ` and `kid` unless it has them. */
export async function signRaw({ signer, kid }: Persona, header: object, payload: object): Promise<string> {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode({ alg: signer.algorithm, typ: 'JWT', kid, ...header })}.${encode(payload)}`
  return `${signed}.${Buffer.from(await signer.sign(Buffer.from(signed))).toString('base64url')}`
}

let tokens = 0

/** The claims of an ID token as they should be; times follow `now`. */
export function idClaims(from: string, audience: string, now: Date, more: object = {}): object {
  const iat = Math.floor(now.getTime() / 1_000)
  return { iss: from, sub: from, aud: audience, jti: `token-${tokens++}`, iat, exp: iat + 300, ...more }
}
