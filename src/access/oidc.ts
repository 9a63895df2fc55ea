import { forbidden, KontorError, unauthenticated, unavailable } from '../errors.ts'
import { type Client, createClient, createGuard } from '../http/index.ts'
import {
  keyNameOf,
  type ProviderClaims,
  type ProviderKey,
  readProviderKeys,
  verifyProviderToken,
} from '../keys/index.ts'
import type { Caller } from './caller.ts'
import { type Role, suffices } from './roles.ts'

/** An OpenID provider, and what its tokens mean here. */
export interface OidcSettings {
  /** As it stands in its tokens. */
  readonly issuer: string
  /** What its tokens for us are for. */
  readonly audience: string
  /** The claim that has the roles: its name, or a path of names with dots. */
  readonly roleClaim: string
  /** What is a role there, and what it is here. */
  readonly roles: Readonly<Record<string, Role>>
}

/** Who shows a token, and when it ends. */
export interface Bearer {
  readonly caller: Caller
  readonly endsAt: Date
}

/** Knows people and programs by the access tokens of an OpenID provider. */
export interface Oidc {
  /** Who shows that token. Throws `unauthenticated`, `forbidden` if no role of theirs is one here, `unavailable` if the provider must be asked and does not answer. */
  recognise(token: string): Promise<Bearer>
  close(): void
}

/** How long the provider's keys are relied on, and how much longer while it cannot be reached, ms. */
const RELIABLE = 600_000
const OUTAGE = 3_600_000
/** How long a name of a key is believed to be unknown, ms: strangers make up as many as they like. */
const PATIENCE = 10_000
/** For one answer of the provider, ms. */
const TIMEOUT = 5_000

/** The keys are found by discovery (OpenID Connect Discovery 1.0), and found again when a token names one that is not among them. */
export function createOidc(
  settings: OidcSettings,
  given: { allow: readonly string[]; now: () => Date; elapsed: () => number },
): Oidc {
  const { issuer, roles, roleClaim } = settings
  const { now, elapsed } = given
  const client = createClient({ guard: createGuard({ allow: allowedFor(issuer, given.allow) }), timeout: TIMEOUT })
  let keys: readonly ProviderKey[] = []
  let loadedAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | undefined

  async function load(): Promise<void> {
    triedAt = elapsed()
    keys = await fetchKeys(issuer, client.request)
    loadedAt = triedAt
  }

  /** What is there is used on while the provider cannot be reached. */
  async function reload(): Promise<void> {
    loading ??= load().finally(() => {
      loading = undefined
    })
    await loading.catch(error => {
      if (elapsed() - loadedAt > RELIABLE + OUTAGE) throw error
    })
  }

  async function find(kid: string | undefined): Promise<ProviderKey> {
    const known = () => (kid === undefined && keys.length === 1 ? keys[0] : keys.find(key => key.kid === kid))
    const at = elapsed()
    const isOld = at - loadedAt > RELIABLE
    if ((isOld || known() === undefined) && (at - triedAt > PATIENCE || loading || keys.length === 0)) await reload()
    const key = known()
    if (key === undefined) throw unauthenticated('The access token is signed by a key that its issuer does not have.')
    return key
  }

  function callerOf(claims: ProviderClaims): Caller {
    const mine = namesIn(claims, roleClaim).flatMap(name => (Object.hasOwn(roles, name) ? [roles[name] as Role] : []))
    const [first, ...others] = mine
    if (first === undefined)
      throw forbidden(`The claim ${roleClaim} of your access token has none of the names in management.oidc.roles.`)
    const role = others.reduce((best, other) => (suffices(other, best) ? other : best), first)
    return { id: `oidc:${claims.sub}`, actor: `oidc:${claims.sub}`, role }
  }

  return {
    async recognise(token) {
      const key = await find(keyNameOf(token))
      const claims = verifyProviderToken(token, key, settings, now())
      return { caller: callerOf(claims), endsAt: new Date(claims.exp * 1_000) }
    },
    close: () => client.close(),
  }
}

/** The provider may be called wherever it is, but by plain HTTP only where `network.allow` allows that. */
const allowedFor = (issuer: string, allow: readonly string[]): readonly string[] =>
  issuer.startsWith('https:') ? [...allow, new URL(issuer).hostname.replace(/^\[(.*)\]$/, '$1')] : allow

async function fetchKeys(issuer: string, request: Client['request']): Promise<readonly ProviderKey[]> {
  const document = await fetchObject(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, request)
  // Whoever answers there must say that it is the one (OpenID Connect Discovery 1.0 §4.3).
  if (document.issuer !== issuer) throw unusable('names another issuer in its configuration')
  if (typeof document.jwks_uri !== 'string') throw unusable('names no jwks_uri in its configuration')
  const keys = readProviderKeys(await fetchObject(document.jwks_uri, request))
  if (keys.length === 0) throw unusable('has no key of a kind that we take (RSA, P-256, P-384)')
  return keys
}

async function fetchObject(url: string, request: Client['request']): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await request({ method: 'GET', url }).catch(cause => {
    const why = cause instanceof KontorError ? `: ${cause.message}` : ''
    throw unavailable(`The issuer of management.oidc.issuer cannot be asked for its keys${why}`, { cause })
  })
  if (status !== 200 || typeof body !== 'object' || body === null)
    throw unusable(`answers ${status} and no JSON object`)
  return { ...body }
}

const unusable = (why: string): KontorError => unavailable(`The issuer of management.oidc.issuer ${why}.`)

/** The names under a claim: one text (several, if there are spaces), or a list. A claim may have dots in its own name. */
function namesIn(claims: ProviderClaims, path: string): readonly string[] {
  const found = Object.hasOwn(claims, path) ? claims[path] : path.split('.').reduce<unknown>(inside, claims)
  if (typeof found === 'string') return found.split(' ')
  return Array.isArray(found) ? found.filter(name => typeof name === 'string') : []
}

const inside = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
