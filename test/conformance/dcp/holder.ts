import { json } from 'node:stream/consumers'
import type { Test } from 'tap'
import type { Container } from './issuer.ts'
import { assertMessage, createIdTokenJudge } from './judge.ts'
import { call, credential, kinds, pathOf, presentation, scopeOf, type World } from './world.ts'

/** The credential service of the cast's holder. */
export interface HolderService {
  /** A new access token by which the connector may read credentials of these types, once. */
  grant(types: readonly string[]): string
  /** What it presents from now on to whoever may read something; `undefined`: what was asked for, in one presentation. */
  present(make: (() => Promise<readonly unknown[]>) | undefined): void
  /** The queries that came, in order. */
  readonly queries: { readonly scope: readonly string[] }[]
  /** The credential messages that came. `delivered` resolves with the next one that nobody has waited for. */
  readonly delivered: () => Promise<Delivery>
}

/** A credential message of the connector's. */
export interface Delivery {
  readonly issuerPid: string
  readonly holderPid: string
  readonly status: string
  readonly credentials: readonly Container[]
}

/** Starts it. It demands of the connector what the official kit does. */
export function startHolder(t: Test, world: World): HolderService {
  const { host, holder, did, protocol } = world
  const grants = new Map<string, readonly string[]>()
  const queries: HolderService['queries'] = []
  const deliveries: Delivery[] = []
  const waiting: ((delivery: Delivery) => void)[] = []
  const idToken = createIdTokenJudge(async () => (await call(`${protocol}/.well-known/did.json`)).body, did)
  let make: (() => Promise<readonly unknown[]>) | undefined

  async function asked(types: readonly string[]): Promise<readonly unknown[]> {
    if (make) return make()
    return [await presentation(world, await Promise.all(types.map(type => credential(world, type, holder.did))))]
  }

  /** Answers with a status and perhaps a body; a fault of the connector's fails the test. */
  const serve = (path: string, work: (sent: { body: object; access: unknown }) => Promise<[number, object?]>) =>
    host.put(`${pathOf('holder')}${path}`, async (request, response) => {
      try {
        const { token: access } = await idToken(request.headers.authorization, holder.did)
        const [status, body] = await work({ body: (await json(request)) as object, access })
        // Like those of the kit, answers have no Content-Type.
        response.writeHead(status).end(body && JSON.stringify(body))
      } catch (error) {
        t.fail(`the connector sent something wrong: ${error}`)
        response.writeHead(500).end()
      }
    })

  serve('/presentations/query', async ({ body, access }) => {
    assertMessage(t, 'PresentationQueryMessage', body)
    const query = body as { scope: readonly string[] }
    queries.push(query)
    const granted = grants.get(String(access))
    grants.delete(String(access))
    const types = kinds.filter(type => granted?.includes(type) && query.scope.includes(scopeOf(type)))
    if (types.length === 0) return [401]
    const context = ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld']
    return [200, { '@context': context, type: 'PresentationResponseMessage', presentation: await asked(types) }]
  })

  serve('/credentials', async ({ body }) => {
    assertMessage(t, 'CredentialMessage', body)
    const delivery = body as Delivery
    const next = waiting.shift()
    if (next) next(delivery)
    else deliveries.push(delivery)
    return [200]
  })

  return {
    grant(types) {
      const token = `access-${grants.size}-${Math.random()}::${did}::${types.join(',')}`
      grants.set(token, types)
      return token
    },
    present(next) {
      make = next
    },
    queries,
    delivered: () =>
      new Promise(resolve => {
        const before = deliveries.shift()
        if (before) resolve(before)
        else waiting.push(resolve)
      }),
  }
}
