import t from 'tap'
import { readDocument } from '../../../src/identity/dids/document.ts'
import { didRoutes, ownDocument } from '../../../src/identity/dids/index.ts'
import { serve } from '../../http/support.ts'
import { freshSigner } from '../../support/keys.ts'

const did = 'did:web:us.example:participants:us'
const [now, before, issuing] = [freshSigner('ES256'), freshSigner('ES384'), freshSigner('ES256')].map(
  ({ publicJwk }) => publicJwk,
)
if (!now || !before || !issuing) throw new Error('there are three')

const document = ownDocument(
  did,
  [
    { keys: [now, before], uses: ['authentication', 'capabilityInvocation'] },
    { keys: [issuing], uses: ['assertionMethod'] },
  ],
  [['credentials', 'CredentialService', 'https://us.example/dcp']],
) as Record<string, readonly Record<string, unknown>[]>

t.test('our document tells which key is for what, retired ones too', t => {
  const { methods, services } = readDocument(did, document)
  const usesOf = (kid: string) => [...(methods.find(({ id }) => id === `${did}#${kid}`)?.uses ?? [])]
  t.same(usesOf(now.kid), ['authentication', 'capabilityInvocation'])
  t.same(usesOf(before.kid), ['authentication', 'capabilityInvocation'])
  t.same(usesOf(issuing.kid), ['assertionMethod'])
  t.ok(methods.every(({ key }) => key))
  t.same(services, [{ types: ['CredentialService'], endpoint: 'https://us.example/dcp' }])
  t.end()
})

t.test('strict parsers find nothing in it that they do not know', t => {
  for (const method of document.verificationMethod ?? [])
    t.same(Object.keys(method), ['id', 'type', 'controller', 'publicKeyJwk'])
  for (const service of document.service ?? []) t.same(Object.keys(service), ['id', 'type', 'serviceEndpoint'])
  for (const use of ['authentication', 'assertionMethod', 'capabilityInvocation'])
    t.ok(document[use]?.every(each => typeof each === 'string'))
  t.notMatch(JSON.stringify(document), /"d":/)
  t.end()
})

t.test('it is served where did:web looks for it', async t => {
  for (const [name, path] of [
    [did, '/participants/us/did.json'],
    ['did:web:us.example', '/.well-known/did.json'],
  ] as const) {
    const { url } = await serve(
      t,
      [],
      {},
      didRoutes(name, async () => ({ id: name })),
    )
    const answer = await fetch(url + path)
    t.same(await answer.json(), { id: name })
    t.match(answer.headers.get('cache-control'), /max-age=60/)
  }
})
