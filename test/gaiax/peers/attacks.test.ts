import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createFindChain } from '../../../src/gaiax/peers/chains.ts'
import { createSpecialist } from '../../../src/gaiax/peers/specialist.ts'
import { standingClock } from '../../support/clock.ts'
import { certificateAuthority } from '../authority.ts'
import { type Persona, peersWorld } from './world.ts'

/*
 * What a participant may show us, or have us fetch, to make us believe something, look somewhere, or have no time for others.
 */
const authority = await certificateAuthority()
const world = await peersWorld(t, authority)
const { participant, persona, set, credential, publish, given, refused, pages, asked, base, jws } = world

/** Somebody who must not be asked anything. */
const bystander = await (async () => {
  let count = 0
  const server = createServer((_, response) => {
    count++
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count }
})()

async function judge(tokens: readonly string[], holder = participant.did) {
  refused.length = 0
  const { holding } = await createSpecialist(given).judge(holder, tokens)
  return { types: holding.flatMap(({ credential: { types } }) => types), refused: [...refused] }
}

async function lookUp(by: Persona) {
  refused.length = 0
  const found = await createSpecialist(given).lookUp(by.did, ['LabelCredential'], [])
  return { types: found.flatMap(({ types }) => types), refused: [...refused] }
}

/** The same token with another text for its payload, signed again: JSON that an object cannot say. */
function respell(jwt: string, by: Persona, spell: (payload: string) => string): string {
  const [header = '', payload = ''] = jwt.split('.').map(part => Buffer.from(part, 'base64url').toString('utf8'))
  return jws(JSON.parse(header), spell(payload), by.key)
}

const chainOf = (by: Persona) => new URL(`${by.url}/chain.pem`).pathname

t.test('a self-description of 5 MB is not read to its end', async t => {
  const by = await persona('large')
  pages.set('/large/sd', 'a'.repeat(5 * 1_024 * 1_024))
  t.strictSame(await lookUp(by), { types: [], refused: ['unreachable'] })
})

t.test('one with a hundred data products is', async t => {
  const by = await persona('busy')
  const product = () => credential(by, 'DataProduct', { id: `${by.url}/dp#cs`, text: 'x'.repeat(3_000) }).jwt
  publish(by, [...set({ by }), ...Array.from({ length: 100 }, product)])
  t.strictSame(await lookUp(by), { types: ['LabelCredential', 'LegalPerson', 'VatID'], refused: [] })
})

t.test('one that is nested deeply, or no JSON at all, is nothing', async t => {
  const by = await persona('deep')
  const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
  publish(by, set({ by }), { payload: { more: nested(1_000) } })
  t.strictSame(await lookUp(by), { types: [], refused: ['malformed'] })
  publish(by, set({ by, person: { payload: { more: nested(100) } } }))
  t.match((await lookUp(by)).types, [])
  for (const text of ['', '<html>', 'a.b.c', `${'.'.repeat(100_000)}`, '{"verifiableCredential":[]}']) {
    pages.set('/deep/sd', text)
    t.strictSame(await lookUp(by), { types: [], refused: ['malformed'] }, text.slice(0, 20))
  }
})

t.test('contexts are not fetched, whatever they are called', async t => {
  const by = await persona('contexts')
  const context = [
    'https://www.w3.org/ns/credentials/v2',
    `${bystander.url}/context.jsonld`,
    { '@import': bystander.url },
  ]
  publish(by, set({ by, person: { payload: { '@context': context } } }), { payload: { '@context': context } })
  t.match((await lookUp(by)).types, ['LabelCredential', 'LegalPerson', 'VatID'])
  t.equal(bystander.count(), 0)
})

t.test('redirects are not followed: not to certificates, not to documents, not to self-descriptions', async t => {
  const by = await persona('elsewhere')
  for (const what of ['/elsewhere/chain.pem', '/elsewhere/did.json', '/elsewhere/sd']) {
    const before = pages.get(what)
    pages.set(what, (_, response) => response.writeHead(302, { location: bystander.url }).end())
    publish(by, set({ by }))
    if (what.endsWith('/sd'))
      pages.set(what, (_, response) => response.writeHead(302, { location: bystander.url }).end())
    t.match((await lookUp(by)).types, [], what)
    if (before !== undefined) pages.set(what, before)
  }
  t.equal(bystander.count(), 0)
})

t.test('a document with somebody else’s key, or for somebody else, is of no use', async t => {
  const by = await persona('borrower')
  const document = JSON.parse(String(pages.get('/borrower/did.json')))
  const theirs = JSON.parse(String(pages.get('/participant/did.json')))
  const [key] = theirs.verificationMethod
  for (const [what, changes] of Object.entries({
    'their document': theirs,
    'their key, as theirs': { verificationMethod: [key], assertionMethod: [key.id] },
    'their key, as ours, controlled by them': { verificationMethod: [{ ...key, id: by.kid }] },
    'two keys of one name': {
      verificationMethod: [document.verificationMethod[0], { ...key, id: by.kid, controller: by.did }],
    },
    'a key that is for nothing': { assertionMethod: [] },
  })) {
    pages.set('/borrower/did.json', JSON.stringify({ ...document, ...changes }))
    t.match((await judge(set({ by }), by.did)).types, [], what)
  }
  // It is theirs, and so are its certificates, and this host may show them: what it signs nobody else can have signed.
  pages.set(
    '/borrower/did.json',
    JSON.stringify({ ...document, verificationMethod: [{ ...key, id: by.kid, controller: by.did }] }),
  )
  t.strictSame((await judge(set({ by }), by.did)).types, [])
})

t.test('what says a thing twice says nothing: others may have read the other', async t => {
  const [person = '', number = '', label = ''] = set()
  const twice = respell(person, participant, text => text.replace(/\}$/, ',"issuer":"did:web:other.example"}'))
  const inside = respell(person, participant, text =>
    text.replace('"gx:countryCode":"FR"', '"gx:countryCode":"KP","gx:countryCode":"FR"'),
  )
  const hidden = respell(person, participant, text => text.replace('{', '{"\\u0069ssuer":"x",'))
  for (const token of [twice, inside, hidden]) {
    const { types, refused } = await judge([token, number, label])
    t.strictSame([types, refused.includes('malformed')], [[], true])
  }
  t.ok((await judge([respell(person, participant, text => text), number, label])).types.length, 'said once it counts')
})

t.test('nobody is asked for the sake of somebody whose word counts for nothing', async t => {
  const stranger = await persona('stranger')
  const before = asked.length
  const forged = [
    credential(stranger, 'LabelCredential', { id: `${stranger.url}/l#cs` }),
    credential(stranger, 'LegalPerson', { id: `${stranger.url}/p#cs` }),
    credential(stranger, 'VatID', { id: `${stranger.url}/v#cs` }),
  ].map(({ jwt }) => jwt)
  const { types, refused } = await judge(forged)
  t.strictSame([types, refused], [[], ['untrusted', 'untrusted', 'untrusted']])
  t.strictSame(asked.slice(before), [], 'not its document, not its certificates, not its status')
})

t.test(
  'a thousand credentials cost no more than twenty, and certificates are fetched once for all of them',
  async t => {
    const by = await persona('many')
    const [person = '', number = '', label = ''] = set({ by })
    const more = Array.from({ length: 1_000 }, (_, at) =>
      credential(by, 'LegalPerson', { id: `${by.url}/lp-${at}#cs` }),
    ).map(({ jwt }) => jwt)
    const before = asked.length
    const { types, refused } = await judge([person, number, label, ...more], by.did)
    t.strictSame([types, refused], [['LabelCredential', 'LegalPerson', 'VatID'], ['malformed']])
    const chains = asked.slice(before).filter(path => path === chainOf(by))
    t.equal(chains.length, 1)
  },
)

t.test('silent hosts are waited for together', async t => {
  const by = await persona('silent')
  const waiting: (() => void)[] = []
  const document = JSON.parse(String(pages.get('/silent/did.json')))
  const names = Array.from({ length: 10 }, (_, at) => `k${at}`)
  const methods = names.map(name => ({
    ...document.verificationMethod[0],
    id: `${by.did}#${name}`,
    publicKeyJwk: { ...document.verificationMethod[0].publicKeyJwk, x5u: `${base}/silent/${name}.pem` },
  }))
  pages.set(
    '/silent/did.json',
    JSON.stringify({ ...document, verificationMethod: methods, assertionMethod: methods.map(({ id }) => id) }),
  )
  // Nobody gets an answer before all have asked: one after the other they would never get one.
  for (const name of names)
    pages.set(`/silent/${name}.pem`, (_, response) => {
      waiting.push(() => response.writeHead(404).end())
      if (waiting.length === names.length) for (const answer of waiting) answer()
    })
  const tokens = names.map(
    name => credential(by, 'LegalPerson', { id: `${by.url}/${name}#cs` }, { header: { kid: `${by.did}#${name}` } }).jwt,
  )
  const { refused } = await judge(tokens, by.did)
  t.strictSame(
    refused,
    names.map(() => 'chain-unreachable'),
  )
})

t.test('with a new key at the same address of its certificates somebody is believed at once', async t => {
  const by = await persona('renewed')
  const clock = standingClock(Date.now())
  const findChain = createFindChain({ request: given.request, now: clock.now })
  const specialist = createSpecialist({ ...given, findChain })
  t.ok((await specialist.judge(by.did, set({ by }))).holding.length)
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const document = JSON.parse(String(pages.get('/renewed/did.json')))
  const kid = `${by.did}#new`
  const [method] = document.verificationMethod
  const publicKeyJwk = { ...createPublicKey(key).export({ format: 'jwk' }), x5u: method.publicKeyJwk.x5u }
  pages.set('/renewed/chain.pem', await authority.chain(createPublicKey(key)))
  pages.set(
    '/renewed/did.json',
    JSON.stringify({ ...document, verificationMethod: [{ ...method, id: kid, publicKeyJwk }], assertionMethod: [kid] }),
  )
  t.ok((await specialist.judge(by.did, set({ by: { ...by, key, kid } }))).holding.length)
})

t.test('a label that is shown by another, by way of DCP or of a self-description, opens nothing', async t => {
  const thief = await persona('thief')
  publish(thief, set())
  t.strictSame((await lookUp(thief)).types, [])
  t.strictSame((await judge(set(), thief.did)).types, [])
  const [, , label = ''] = set()
  const [own = ''] = set({ by: thief })
  t.strictSame((await judge([own, label], thief.did)).types, [], 'nor beside a legal person of its own')
})
