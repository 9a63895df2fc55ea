import { spawn } from 'node:child_process'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { writeCredential } from '../../src/identity/credentials/profiles.ts'
import type { Algorithm } from '../../src/keys/algorithms.ts'
import { type HolderService, startHolder } from '../conformance/dcp/holder.ts'
import { seed } from '../conformance/dcp/issuer.ts'
import { verifyBy } from '../conformance/dcp/judge.ts'
import {
  call,
  kinds,
  MEMBERSHIP,
  membership20,
  payloadOf,
  said,
  scopeOf,
  startWorld,
  type World,
} from '../conformance/dcp/world.ts'
import { signRaw } from '../support/dids.ts'
import { freshSigner } from '../support/keys.ts'
import { pythonWith } from '../support/python.ts'

const context = ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld']

/** Something that a connector signed: by which keys of its DID document it is to be verified, and what it must say. */
interface Signed {
  readonly what: string
  readonly token: string
  readonly use: Parameters<typeof verifyBy>[1]
  readonly claims: { readonly iss: string; readonly aud?: string }
}

/** Why a token does not verify; null if it does. */
type Verdict = string | null

/** Libraries that the connector does not use: one of the JavaScript world, one of Python's. */
const byJose = (signed: readonly Signed[], document: object): Promise<Verdict[]> =>
  Promise.all(
    signed.map(({ token, use, claims: { iss, aud } }) =>
      verifyBy(document, use, token, { issuer: iss, ...(aud !== undefined && { audience: aud }) }).then(
        () => null,
        (error: Error) => `${error.name}: ${error.message}`,
      ),
    ),
  )

async function byJoserfc(python: string, signed: readonly Signed[], document: object): Promise<Verdict[]> {
  const script = fileURLToPath(new URL('./verify.py', import.meta.url))
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(signed.map(({ token, use, claims }) => ({ token, use, claims, document }))))
  return (await json(child.stdout)) as Verdict[]
}

/** Credentials that the connector issues to the holder of the cast, in both data models. */
async function issued(world: World, { delivered }: HolderService): Promise<readonly string[]> {
  const { holder, did, protocol } = world
  const ids = [...kinds, membership20.id].map(id => ({ id }))
  const body = { '@context': context, type: 'CredentialRequestMessage', holderPid: 'independent', credentials: ids }
  const authorization = await said({ by: holder, to: did })
  const { status } = await call(`${protocol}/issuer/credentials`, { authorization, body })
  if (status !== 201) throw new Error(`nothing was issued: ${status}`)
  return (await delivered()).credentials.map(({ payload }) => payload)
}

/** Presentations that the connector shows the verifier of the cast, in both data models. */
async function presented(world: World, access: string): Promise<readonly string[]> {
  const { issuer, verifier, did, protocol } = world
  const at = Date.now()
  const { header, payload } = writeCredential['vc20-bssl/jwt']({
    id: 'urn:uuid:00000000-0000-4000-8000-000000000020',
    type: MEMBERSHIP,
    issuer: issuer.did,
    holder: did,
    claims: {},
    validFrom: new Date(at),
    validUntil: new Date(at + 600_000),
    status: [],
  })
  await seed(world)
  const membership = await signRaw(issuer, header, payload)
  await seed(world, [{ credentialType: MEMBERSHIP, format: 'vc20-bssl/jwt', payload: membership }])
  const authorization = await said({ by: verifier, to: did, more: { token: access } })
  const body = { '@context': context, type: 'PresentationQueryMessage', scope: kinds.map(scopeOf) }
  return (await call(`${protocol}/dcp/presentations/query`, { authorization, body })).body.presentation
}

/** The status lists in which credentials have their places. */
function listsOf(credentials: readonly string[]): Promise<readonly string[]> {
  const urls = credentials.map(payloadOf).map(payload => {
    const { credentialStatus } = (payload.vc ?? payload) as { credentialStatus: { statusListCredential: string } }
    return credentialStatus.statusListCredential
  })
  return Promise.all([...new Set(urls)].map(async url => (await call(url)).body))
}

const modelOf = (token: string): string => (['vc', 'vp'].some(name => name in payloadOf(token)) ? '1.1' : '2.0')

/** Everything of a running connector's that others verify. */
async function gather(world: World, service: HolderService): Promise<readonly Signed[]> {
  const { did, holder, verifier } = world
  const scopes = kinds.map(scopeOf)
  const credentials = await issued(world, service)
  const presentations = await presented(world, await world.accessToken(verifier.did, scopes))
  const named = (what: string, tokens: readonly string[], more: Pick<Signed, 'use' | 'claims'>): Signed[] =>
    tokens.map(token => ({ what: `${what} of the data model ${modelOf(token)}`, token, ...more }))
  return [
    {
      what: 'an ID token of the token service',
      token: await world.idToken(holder.did, scopes),
      use: 'capabilityInvocation',
      claims: { iss: did, aud: holder.did },
    },
    ...named('a presentation', presentations, { use: 'authentication', claims: { iss: did, aud: verifier.did } }),
    ...named('a credential', credentials, { use: 'assertionMethod', claims: { iss: did } }),
    ...named('a status list', await listsOf(credentials), { use: 'assertionMethod', claims: { iss: did } }),
  ]
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Ways to tamper with a token. */
const tampering: Readonly<Record<string, (token: string, algorithm: Algorithm) => string | Promise<string>>> = {
  'another claim'(token) {
    const [header, , signature] = token.split('.')
    return `${header}.${encode({ ...payloadOf(token), tampered: true })}.${signature}`
  },
  'another header'(token) {
    const [header = '', payload, signature] = token.split('.')
    const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
    return `${encode({ alg, kid, tampered: true })}.${payload}.${signature}`
  },
  'another signature'(token) {
    const [header, payload, signature = ''] = token.split('.')
    const bytes = Buffer.from(signature, 'base64url')
    bytes[9] = (bytes[9] ?? 0) ^ 1
    return `${header}.${payload}.${bytes.toString('base64url')}`
  },
  'no signature'(token) {
    const [header = '', payload] = token.split('.')
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
    return `${encode({ alg: 'none', kid })}.${payload}.`
  },
  'the signature of another key'(token, algorithm) {
    const [header = ''] = token.split('.')
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
    return signRaw({ did: '', document: {}, signer: freshSigner(algorithm), kid }, {}, payloadOf(token))
  },
}

/** What a connector with keys of an algorithm signs, its document, and what there is to look for in both. */
async function prepare(test: Test, algorithm: Algorithm) {
  const world = await startWorld(test, { keys: { algorithm } })
  const signed = await gather(world, startHolder(test, world))
  const { body: document } = await call(`${world.protocol}/.well-known/did.json`)
  const tampered = await Promise.all(
    signed.flatMap(each =>
      Object.entries(tampering).map(async ([how, tamper]) => ({
        ...each,
        what: `${each.what} with ${how}`,
        token: await tamper(each.token, algorithm),
      })),
    ),
  )
  const foreign = signed.map(each => ({ ...each, what: `${each.what} for another`, claims: { iss: 'did:web:other' } }))
  return { world, document, signed, wrong: [...tampered, ...foreign] }
}

const python = await pythonWith(t, 'joserfc', 'joserfc==1.8.0')

for (const algorithm of ['ES256', 'ES384', 'PS256', 'EdDSA'] as const)
  t.test(
    `what a connector signs by ${algorithm} verifies by the keys in its DID document, tampered it does not`,
    async t => {
      const { world, document, signed, wrong } = await prepare(t, algorithm)
      t.same(
        signed.map(({ what }) => what).sort(),
        [
          'a credential of the data model 1.1',
          'a credential of the data model 1.1',
          'a credential of the data model 2.0',
          'a presentation of the data model 1.1',
          'a presentation of the data model 2.0',
          'a status list of the data model 1.1',
          'a status list of the data model 2.0',
          'an ID token of the token service',
        ],
        'all that others verify is there',
      )
      const libraries = {
        jose: (given: readonly Signed[]) => byJose(given, document),
        ...(python !== undefined && { joserfc: (given: readonly Signed[]) => byJoserfc(python, given, document) }),
      }
      for (const [library, verify] of Object.entries(libraries)) {
        const good = await verify(signed)
        for (const [index, { what, token }] of signed.entries()) {
          t.equal(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).alg, algorithm, what)
          t.equal(good[index], null, `${library} verifies ${what}`)
        }
        const bad = await verify(wrong)
        t.equal(bad.length, wrong.length)
        for (const [index, { what }] of wrong.entries()) t.type(bad[index], 'string', `${library} refuses ${what}`)
      }
      const access = await world.accessToken(world.verifier.did, kinds.map(scopeOf))
      const ours: Signed = { what: 'an access token', token: access, use: 'authentication', claims: { iss: world.did } }
      for (const [library, verify] of Object.entries(libraries))
        t.match(await verify([ours]), [/no key/], `${library}: nobody but us verifies an access token`)
    },
  )
