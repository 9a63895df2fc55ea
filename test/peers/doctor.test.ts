import t from 'tap'
import type { Checked } from '../../src/peers/types.ts'
import { freeUrl } from '../support/ports.ts'
import {
  type Answers,
  aloneOf,
  catalogOf,
  datasetOf,
  errorOf,
  foundAt,
  illIn,
  off,
  offerOf,
  ourVersion,
  PEER,
  startPeer,
  startUs,
  versionsOf,
} from './peer.ts'

type Row = readonly [
  what: string,
  answers: Answers,
  check: string,
  outcome: Checked['outcome'],
  side: Checked['side'],
  finding: RegExp,
]

const versions = 'GET /.well-known/dspace-version'
const unknown = 'GET /dsp/2025-1/negotiations/'
const catalog = 'POST /dsp/2025-1/catalog/request'
const dataset = 'GET /dsp/2025-1/catalog/datasets/'
const negotiationError = (reason: string) => errorOf('ContractNegotiationError', reason)

/** A condition on the time. */
const until = (time: string) => ({
  leftOperand: 'dateTime',
  operator: 'lteq',
  rightOperand: { '@value': time, '@type': 'http://www.w3.org/2001/XMLSchema#dateTime' },
})

// biome-ignore format: a table is read by its columns
const table: readonly Row[] = [
  // what is wrong                       what the peer answers                                                      check             outcome     side       sentence
  [ 'no version document',               { [versions]: [404, '<h1>canary</h1>'] },                                  'versions',       'ill',      'theirs',  /no version document .* answers 404/ ],
  [ 'a login page instead of it',        { [versions]: [200, '<h1>canary</h1>'] },                                  'versions',       'ill',      'theirs',  /no version document of the Dataspace Protocol/ ],
  [ 'a redirect',                        { [versions]: [302, '', { location: 'http://127.0.0.1:9/' }] },            'versions',       'ill',      'theirs',  /answers 302/ ],
  [ 'another version',                   { [versions]: [200, versionsOf(ourVersion({ version: '2024-1' }))] },      'versions',       'ill',      'theirs',  /They speak 2024-1 .* we speak 2025-1/ ],
  [ 'another protocol of identity',      { [versions]: [200, versionsOf(ourVersion({ auth: { protocol: 'DCP', version: '1.0', profile: [] } }))] }, 'authentication', 'ill', 'ours', /by DCP, we by static tokens/ ],
  [ 'another participant',               { [versions]: [200, versionsOf(ourVersion({ serviceId: 'did:web:other' }))] }, 'identity',   'ill',      'between', /call themselves did:web:other, not did:web:peer/ ],
  [ 'a clock two minutes ahead',         { [versions]: [200, versionsOf(), off(120)] },                             'clock',          'ill',      'between', /^Their clock is 1(19|20|21) s ahead of ours/ ],
  [ 'a clock two minutes behind',        { [versions]: [200, versionsOf(), off(-120)] },                            'clock',          'ill',      'between', /^Their clock is 1(19|20|21) s behind ours/ ],
  [ 'a clock that goes somewhat wrong',  { [versions]: [200, versionsOf(), off(15)] },                              'clock',          'doubtful', 'between', /1[456] s ahead/ ],
  [ 'no date',                           { [versions]: [200, versionsOf(), off('untold')] },                         'clock',          'skipped',  null,      /no date/ ],
  [ 'a token that is refused',           { [unknown]: [401, negotiationError('Never seen that token')] },           'recognised',     'ill',      'between', /answer 401 to a token of ours: Never seen that token/ ],
  [ 'a token that is refused by a proxy', { [unknown]: [401, '<h1>canary</h1>'] },                                  'recognised',     'ill',      'between', /answer 401 to a token of ours\.$/ ],
  [ 'an error of its own',               { [unknown]: [500, negotiationError('Out of order')] },                    'recognised',     'ill',      'theirs',  /answers 500: Out of order/ ],
  [ 'something else at the URL',         { [unknown]: [404, '<h1>canary</h1>'] },                                   'recognised',     'ill',      'theirs',  /not in the words of the protocol/ ],
  [ 'somebody who answers anything',     { [unknown]: [200, '<h1>canary</h1>'] },                                   'recognised',     'doubtful', 'theirs',  /does not exist, they answer 200/ ],
  [ 'a catalogue that is refused',       { [catalog]: [403, errorOf('CatalogError', 'Members only')] },             'catalog',        'ill',      'theirs',  /answered 403: Members only/ ],
  [ 'a catalogue that is none',          { [catalog]: [200, { hello: 'canary' }] },                                 'catalog',        'ill',      'theirs',  /is not a Catalog/ ],
  [ 'a catalogue of somebody else',      { [catalog]: [200, { ...catalogOf(datasetOf('wind')), participantId: 'did:web:other' }] }, 'catalog', 'ill', 'between', /catalogue is that of did:web:other, not of did:web:peer/ ],
  [ 'a catalogue that is not understood', { [catalog]: [400, errorOf('CatalogError', 'What is that')] },            'catalog',        'ill',      'between', /answered 400: What is that/ ],
  [ 'another address told to others',    { [catalog]: [200, { ...catalogOf(datasetOf('wind')), service: [{ '@id': 's', '@type': 'DataService', endpointURL: 'http://wrong.example/dsp' }] }] }, 'catalog', 'doubtful', 'theirs', /are reached at http:\/\/wrong\.example\/dsp, and we reach/ ],
  [ 'an empty catalogue',                { [catalog]: [200, catalogOf()] },                                         'catalog',        'doubtful', 'between', /empty for us/ ],
  [ 'a dataset that is gone',            { [dataset]: [404, errorOf('CatalogError', 'No such dataset')] },          'offer',          'ill',      'theirs',  /wind cannot be had: .*No such dataset/ ],
  [ 'an offer that is no longer made',   { [dataset]: [200, aloneOf(datasetOf('wind', offerOf('another')))] },               'offer',          'ill',      'theirs',  /The offer an-offer for wind is no longer made/ ],
  [ 'terms whose time is over',          { [dataset]: [200, aloneOf(datasetOf('wind', offerOf('an-offer', [until('2020-01-01T00:00:00Z')])))] }, 'offer', 'ill', 'theirs', /bound to a time that is over/ ],
]

t.test(
  'whatever is wrong at a peer is found, with the side it is on, and nothing else of what stands there is told',
  async t => {
    const us = await startUs(t)
    for (const [what, answers, check, outcome, side, finding] of table) {
      const url = await startPeer(t, answers)
      const found = await us.examine({ peer: url, id: PEER, dataset: 'wind', offer: 'an-offer' })
      t.match(foundAt(found, check), { outcome, side, finding }, what)
      t.same(illIn(found), outcome === 'ill' ? [check] : [], `${what}: nothing else is ill`)
      t.equal(found.healthy, outcome !== 'ill')
      if (outcome === 'ill') t.ok(foundAt(found, check).advice, `${what}: there is advice`)
      t.notMatch(JSON.stringify(found), /canary/, `${what}: bodies are not echoed`)
    }
  },
)

t.test('a peer with whom all is well is healthy, and every check has looked', async t => {
  const us = await startUs(t)
  const url = await startPeer(t)
  const found = await us.examine({ peer: url, id: PEER, dataset: 'wind' })
  t.ok(found.healthy)
  t.same(found.peer, { id: PEER, address: `${url}/dsp/2025-1` })
  const looked = found.checks.filter(({ outcome }) => outcome === 'well').map(({ check }) => check)
  t.same(
    looked,
    [
      'address',
      'name',
      'connection',
      'versions',
      'clock',
      'authentication',
      'identity',
      'own-url',
      'own-data-url',
      'own-token',
      'recognised',
      'catalog',
      'offer',
      'dealings',
    ],
    'all but what static tokens and plain HTTP do not have',
  )
})

t.test('a way that is broken is told where it breaks, and what lies behind is not guessed', async t => {
  const us = await startUs(t, config => ({ network: { ...config.network, allow: ['127.0.0.0/8', 'nobody.invalid'] } }))
  const plain = await startPeer(t)
  // biome-ignore format: a table is read by its columns
  const table = [
    [ await freeUrl(), 'connection',  'theirs',        /takes no connection: the connection was refused/ ],
    [ 'http://nobody.invalid',                'name',        /ours|theirs/,   /nobody\.invalid cannot be found/ ],
    [ plain.replace('http:', 'https:'),       'certificate', 'theirs',        /it does not speak TLS there/ ],
    [ 'http://169.254.169.254',               'address',     'ours',          /must not be called/ ],
    [ 'https://192.168.1.1',                  'address',     'ours',          /must not be called/ ],
  ] as const
  for (const [peer, check, side, finding] of table) {
    const found = await us.examine({ peer, id: PEER })
    t.match(foundAt(found, check), { outcome: 'ill', side, finding }, peer)
    t.same(illIn(found), [check])
    t.match(foundAt(found, 'catalog'), { outcome: 'skipped', finding: `as long as "${check}" is ill` })
  }
})

t.test('no token of ours goes to somebody who only says who it is', async t => {
  const us = await startUs(t)
  const url = await startPeer(t, { [unknown]: [500, negotiationError('I have got your token')] })
  const found = await us.examine({ peer: url })
  t.match(foundAt(found, 'identity'), { outcome: 'ill', side: 'ours', finding: /which nothing proves/ })
  t.match(foundAt(found, 'recognised'), { outcome: 'skipped' })
  t.match(await us.ask('/peers/find', { peer: url }), { status: 400, body: { detail: /which nothing proves/ } })
  t.match(await us.ask('/peers/find', { peer: url, id: PEER }), {
    status: 200,
    body: { id: PEER, address: `${url}/dsp/2025-1` },
  })
})

t.test('a peer for whom we have no token is a matter of our settings', async t => {
  const us = await startUs(t)
  const id = 'did:web:stranger.example'
  const url = await startPeer(t, { [versions]: [200, versionsOf(ourVersion({ serviceId: id }))] })
  const found = await us.examine({ peer: url, id })
  t.match(foundAt(found, 'own-token'), {
    outcome: 'ill',
    side: 'ours',
    finding: /We have no token for .*identity\.participants/,
  })
})

t.test('somebody of whom nothing is known cannot be examined, and what to give is said', async t => {
  const us = await startUs(t)
  const found = await us.examine({ peer: 'did:web:nobody.example' })
  t.match(foundAt(found, 'address'), {
    outcome: 'ill',
    side: 'ours',
    finding: /is not known/,
    advice: /Give its address/,
  })
})

t.test('an address at which we are not reached is a matter of our settings', async t => {
  const url = await startPeer(t)
  const elsewhere = await startPeer(t)
  const closed = await freeUrl()
  const withUrl = (publicUrl: string) =>
    startUs(t, config => ({ protocol: { ...config.protocol, publicUrl }, data: { ...config.data, publicUrl } }))
  const lost = await (await withUrl(closed)).examine({ peer: url, id: PEER })
  t.match(foundAt(lost, 'own-url'), {
    outcome: 'ill',
    side: 'ours',
    finding: /it does not work from here/,
    advice: /protocol\.publicUrl/,
  })
  t.match(foundAt(lost, 'own-data-url'), { outcome: 'doubtful', side: 'ours', advice: /data\.publicUrl/ })
  const taken = await (await withUrl(elsewhere)).examine({ peer: url, id: PEER })
  t.match(foundAt(taken, 'own-url'), { outcome: 'ill', side: 'ours', finding: /is somebody else/ })
})

t.test('what has not got through to a peer is told, with the last error', async t => {
  const us = await startUs(t)
  const closed = `${await freeUrl()}/dsp/2025-1`
  const { body } = await us.ask<{ id: string }>('/negotiations', {
    counterparty: PEER,
    address: closed,
    offer: { ...offerOf('an-offer'), target: 'wind' },
  })
  await us.connector.outbox.drained()
  const found = await us.examine({ peer: PEER })
  t.equal(found.peer.address, closed, 'it is reached where it was reached before')
  t.match(foundAt(found, 'dealings'), {
    outcome: 'doubtful',
    finding: /never sent us anything\. The negotiation \S+ waits .*the connection was refused/,
    advice: `kontor describe negotiation ${body.id}`,
  })
})

t.test('messages that go elsewhere than the peer announces are doubtful', async t => {
  const us = await startUs(t)
  const url = await startPeer(t, {
    'GET /old/negotiations/': [404, negotiationError('None')],
    'POST /old/catalog/request': [200, catalogOf(datasetOf('wind'))],
  })
  const found = await us.examine({ peer: PEER, address: `${url}/old` })
  t.match(foundAt(found, 'versions'), {
    outcome: 'doubtful',
    side: 'ours',
    finding: /they announce http\S+\/dsp\/2025-1/,
  })
})

t.test(
  'a root with a path, as an EDC has, leads to what is announced there, for the doctor and for whoever is looked for',
  async t => {
    const us = await startUs(t)
    const root = `${await startPeer(t, {
      'GET /protocol/.well-known/dspace-version': [200, versionsOf(ourVersion({ path: '/2025-1' }))],
      'GET /protocol/2025-1/negotiations/': [404, negotiationError('There is no such negotiation.')],
      'POST /protocol/2025-1/catalog/request': [200, catalogOf(datasetOf('wind'))],
    })}/protocol`
    const found = await us.examine({ peer: root, id: PEER })
    t.same(found.peer, { id: PEER, address: `${root}/2025-1` })
    t.ok(found.healthy)
    t.match(foundAt(found, 'versions'), { outcome: 'well' })
    const lost = await us.examine({ peer: `${root.replace('/protocol', '')}/nowhere/else`, id: PEER })
    t.match(foundAt(lost, 'versions'), { outcome: 'doubtful', side: 'ours' })
  },
)
