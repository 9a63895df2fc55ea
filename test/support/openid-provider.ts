import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { Test } from 'tap'

/** What a token is to be, other than one that is fine. */
interface Wish {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  /** The key that signs, by its name; default: the latest. */
  readonly kid?: string
}

/** A small OpenID provider on this machine: a configuration, a key set, and tokens that are signed by it. */
export async function startProvider(t: Pick<Test, 'teardown'>, now: () => Date, alg = 'RS256') {
  type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
  const keys = new Map<string, { privateKey: PrivateKey; jwk: object }>()
  const asked: string[] = []
  const state = { isDown: false, issuer: undefined as string | undefined }

  /** A new key, which signs from now on; the former ones stay, unless told otherwise. */
  async function rotate(kid: string, { drop = false } = {}): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg)
    if (drop) keys.clear()
    keys.set(kid, { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } })
  }
  await rotate('first')

  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const documents: Readonly<Record<string, object>> = {
      '/realm/.well-known/openid-configuration': { issuer: state.issuer ?? issuer, jwks_uri: `${origin}/keys` },
      '/keys': { keys: [...keys.values()].map(({ jwk }) => jwk) },
    }
    const document = documents[request.url ?? '']
    response.writeHead(state.isDown ? 503 : document ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(document ?? {}))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => void server.close().closeAllConnections())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = `${origin}/realm`

  /** An access token for the audience `kontor`, good for five minutes. */
  async function token({ claims = {}, header = {}, kid = [...keys.keys()].at(-1) ?? '' }: Wish = {}): Promise<string> {
    const at = Math.floor(now().getTime() / 1_000)
    const standard = { iss: issuer, aud: 'kontor', sub: 'alice', iat: at, exp: at + 300, roles: ['data-stewards'] }
    const payload: JWTPayload = Object.fromEntries(
      Object.entries({ ...standard, ...claims }).filter(([, value]) => value !== undefined),
    )
    const key = keys.get(kid)
    if (!key) throw new Error(`there is no key ${kid}`)
    return new SignJWT(payload).setProtectedHeader({ alg, kid, typ: 'at+jwt', ...header }).sign(key.privateKey)
  }

  return { issuer, asked, state, rotate, token }
}
