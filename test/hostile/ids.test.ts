import { randomBytes } from 'node:crypto'
import t from 'tap'
import { leaks, shapeOf, shotAt, textOf } from './doors.ts'
import { DSP, fill, secrets, startTarget, type Target, type Treasure } from './world.ts'

/** As characters that take three bytes each, and that no compression makes shorter. */
const incompressible = (characters: number): string =>
  String.fromCharCode(...Array.from({ length: characters }, () => 0x4e00 + (randomBytes(2).readUInt16BE() % 0x5000)))

// biome-ignore format: a table is read by its columns
const inPaths: readonly (readonly [what: string, id: string])[] = [
  [ 'NUL',                     'a%00b'                          ],
  [ 'broken encoding',         'a%ff'                           ],
  [ 'half an encoding',        'a%2'                            ],
  [ 'encoded dots and slash',  '..%2f..%2fmetrics'              ],
  [ 'SQL',                     "x'%3bdrop%20table%20process%3b--" ],
  [ 'a prototype',             '__proto__'                      ],
  [ 'a constructor',           'constructor'                    ],
  [ 'three thousand letters',  'x'.repeat(3_000)                ],
  [ 'two thousand characters', encodeURIComponent(incompressible(1_000)) ],
  [ 'a newline',               'a%0d%0aSet-Cookie:%20x'         ],
  [ 'half a surrogate pair',   'a%ed%a0%80'                     ],
]

t.test('an id that nothing can have is not found, whatever it is made of', async t => {
  const target = await startTarget(t)
  const treasure = await fill(target)
  const before = await target.digest()
  for (const endpoint of target.connector.endpoints.filter(({ path }) => path.includes(':'))) {
    for (const [what, id] of inPaths) {
      const path = endpoint.path.replace(/:\w+/g, id)
      const headers = { 'content-type': 'application/json' }
      const body = endpoint.method === 'GET' || endpoint.method === 'DELETE' ? {} : { body: validFor(endpoint.path) }
      const reply = await target.send(endpoint.plane, shotAt(endpoint, treasure, { path, headers, ...body }))
      t.match(reply, { status: /^40[04]$/, body: shapeOf(endpoint) }, `${endpoint.method} ${endpoint.path}: ${what}`)
    }
    t.equal(await target.digest(), before, `${endpoint.method} ${endpoint.path} has changed nothing`)
  }
  t.same(unexpectedIn(target), [])
})

/** A body that would be understood there if the id were one. */
function validFor(path: string): string {
  if (path.startsWith('/dsp'))
    return message(typeAt(path), { consumerPid: 'c', providerPid: 'p', ...contentOf(typeAt(path)) })
  if (path.endsWith('/counter')) return JSON.stringify({ offer: offerOf('o') })
  if (path.includes('/policydefinitions'))
    return JSON.stringify({
      policy: { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set', permission: [{ action: 'use' }] },
    })
  return /terminate|suspend/.test(path) ? JSON.stringify({ reason: 'no' }) : '{}'
}

const offerOf = (id: string, target = 'wind') => ({
  '@type': 'Offer',
  '@id': id,
  target,
  permission: [{ action: 'use' }],
})

// biome-ignore format: a table is read by its columns
const types: readonly (readonly [path: RegExp, type: string, content: object])[] = [
  [ /negotiations\/.*request$/,      'ContractRequestMessage',                { offer: offerOf('o'), callbackAddress: 'http://127.0.0.1:9/dsp' } ],
  [ /negotiations\/.*offers$/,       'ContractOfferMessage',                  { offer: offerOf('o'), callbackAddress: 'http://127.0.0.1:9/dsp' } ],
  [ /negotiations\/.*agreement$/,    'ContractAgreementMessage',              { agreement: { ...offerOf('a'), '@type': 'Agreement', assigner: 'a', assignee: 'b', timestamp: '2026-01-01T00:00:00Z' } } ],
  [ /negotiations\/.*verification$/, 'ContractAgreementVerificationMessage',  {} ],
  [ /negotiations\/.*events$/,       'ContractNegotiationEventMessage',       { eventType: 'ACCEPTED' } ],
  [ /negotiations\/.*termination$/,  'ContractNegotiationTerminationMessage', { reason: ['no'] } ],
  [ /transfers\/request$/,           'TransferRequestMessage',                { agreementId: 'agreement-as-provider', format: 'HttpData-PULL', callbackAddress: 'http://127.0.0.1:9/dsp' } ],
  [ /transfers\/.*start$/,           'TransferStartMessage',                  {} ],
  [ /transfers\/.*suspension$/,      'TransferSuspensionMessage',             { reason: ['no'] } ],
  [ /transfers\/.*completion$/,      'TransferCompletionMessage',             {} ],
  [ /transfers\/.*termination$/,     'TransferTerminationMessage',            { reason: ['no'] } ],
  [ /catalog\/request$/,             'CatalogRequestMessage',                 {} ],
]

const typeAt = (path: string): string => types.find(([pattern]) => pattern.test(path))?.[1] ?? ''
const contentOf = (type: string): object => types.find(([, name]) => name === type)?.[2] ?? {}
const message = (type: string, more: object): string => JSON.stringify({ '@context': [DSP], '@type': type, ...more })
const unexpectedIn = ({ log }: Target): string[] => log.filter(line => line.includes('unexpected'))

t.test('somebody else’s process does not exist, however well one knows its ids', async t => {
  const target = await startTarget(t)
  const treasure = await fill(target)
  const before = await target.digest()
  const { peerPid } = (await target.connector.negotiations.find(treasure.negotiation)) ?? {}
  for (const endpoint of target.connector.endpoints.filter(({ path }) => /^\/dsp.*:id/.test(path))) {
    const transfer = endpoint.path.includes('/transfers')
    for (const [own, peers, role] of transfer
      ? ([
          [treasure.provided, 'urn:uuid:of-the-rival-as-consumer', 'provider'],
          [treasure.consumed, 'urn:uuid:of-the-rival-as-provider', 'consumer'],
        ] as const)
      : ([[treasure.negotiation, peerPid, 'provider']] as const)) {
      const pids =
        role === 'provider' ? { providerPid: own, consumerPid: peers } : { consumerPid: own, providerPid: peers }
      const type = typeAt(endpoint.path)
      const shot = {
        path: endpoint.path.replace(/:\w+/, encodeURIComponent(own)),
        headers: { 'content-type': 'application/json' },
        ...(endpoint.method === 'POST' && { body: message(type, { ...contentOf(type), ...pids }) }),
      }
      if (endpoint.path.includes('/catalog')) continue
      const reply = await target.send(endpoint.plane, shotAt(endpoint, treasure, shot))
      t.match(reply, { status: 404, body: { ...shapeOf(endpoint), code: 'not-found' } }, `${endpoint.path} as ${role}`)
      t.same(leaks(textOf(reply)), [])
    }
  }
  t.equal(await target.digest(), before, 'nothing has changed')
  t.same(unexpectedIn(target), [])
})

t.test(
  'the rival’s agreement opens nothing for the peer, and its pid is the peer’s to use for something else',
  async t => {
    const target = await startTarget(t)
    const treasure = await fill(target)
    const before = await target.digest()
    const transfer = {
      '@type': 'TransferRequestMessage',
      consumerPid: 'urn:uuid:of-the-rival-as-consumer',
      ...contentOf('TransferRequestMessage'),
    }
    const refused = await target.say(secrets.peer, '/transfers/request', transfer)
    t.match(refused, { status: 404, body: { '@type': 'TransferError', code: 'unknown-agreement' } })
    t.equal(await target.digest(), before)

    const request = {
      '@type': 'ContractRequestMessage',
      consumerPid: 'urn:uuid:the-pid-of-the-rival',
      callbackAddress: 'http://127.0.0.1:9/dsp',
    }
    const taken = await target.say(secrets.peer, '/negotiations/request', {
      ...request,
      offer: offerOf(treasure.offer),
    })
    t.match(taken, { status: 201, body: { state: 'REQUESTED' } })
    t.not((taken.body as { providerPid: string }).providerPid, treasure.negotiation)
  },
)

// biome-ignore format: a table is read by its columns
const inMessages: readonly (readonly [what: string, id: string])[] = [
  [ 'NUL',                        'a\0b'                 ],
  [ 'half a surrogate pair',      'a\ud800b'             ],
  [ 'nothing',                    ''                     ],
  [ 'three thousand letters',     'x'.repeat(3_000)      ],
  [ 'more bytes than an index takes', incompressible(2_000) ],
]

/** Where a peer's message names things of its own choice. */
// biome-ignore format: a table is read by its columns
const named: readonly (readonly [path: string, type: string, at: (id: string, treasure: Treasure) => object])[] = [
  [ '/negotiations/request', 'ContractRequestMessage', (id, { offer }) => ({ consumerPid: id, offer: offerOf(offer) })  ],
  [ '/negotiations/request', 'ContractRequestMessage', id => ({ consumerPid: 'urn:c', offer: offerOf(id) })             ],
  [ '/negotiations/request', 'ContractRequestMessage', (id, { offer }) => ({ consumerPid: 'urn:c', offer: offerOf(offer, id) }) ],
  [ '/negotiations/request', 'ContractRequestMessage', (id, { offer }) => ({ consumerPid: 'urn:c', offer: { ...offerOf(offer), assigner: id } }) ],
  [ '/negotiations/offers',  'ContractOfferMessage',   id => ({ providerPid: id, offer: offerOf('o') })                 ],
  [ '/negotiations/offers',  'ContractOfferMessage',   id => ({ providerPid: 'urn:p', offer: offerOf('o', id) })        ],
  [ '/transfers/request',    'TransferRequestMessage', id => ({ consumerPid: id })                                     ],
  [ '/transfers/request',    'TransferRequestMessage', id => ({ consumerPid: 'urn:c', agreementId: id })                ],
  [ '/transfers/request',    'TransferRequestMessage', id => ({ consumerPid: 'urn:c', format: id })                     ],
]

t.test('names that cannot be kept are refused before anything is begun', async t => {
  const target = await startTarget(t)
  const treasure = await fill(target)
  const before = await target.digest()
  for (const [path, type, at] of named)
    for (const [what, id] of inMessages) {
      const reply = await target.say(secrets.peer, path, { '@type': type, ...contentOf(type), ...at(id, treasure) })
      t.match(
        reply,
        { status: /^40[04]$/, body: { code: String, reason: Array } },
        `${type} ${at('…', treasure)}: ${what}`,
      )
    }
  t.equal(await target.digest(), before, 'nothing has changed')
  t.same(unexpectedIn(target), [])
})

// biome-ignore format: a table is read by its columns
const queries: readonly (readonly [method: string, path: string])[] = [
  [ 'GET',  '/management/v1/negotiations?counterparty=a%00b'    ],
  [ 'GET',  '/management/v1/negotiations?counterparty=%ed%a0%80%00' ],
  [ 'GET',  '/management/v1/transfers?state=%00'                ],
  [ 'GET',  '/management/v1/transfers?limit=1e9'                ],
  [ 'GET',  '/management/v1/transfers?limit=-1'                 ],
  [ 'GET',  '/management/v1/transfers?offset=99999999999999999' ],
  [ 'GET',  '/management/v1/transfers?__proto__=x'              ],
  [ 'GET',  '/management/v1/transfers?nothing=x'                ],
]

t.test('a query that cannot be meant is refused', async t => {
  const target = await startTarget(t)
  for (const [method, path] of queries) {
    const reply = await target.send('management', { method, path, headers: { 'x-api-key': secrets.key } })
    t.match(reply, { status: 400, body: { code: 'invalid' } }, path)
  }
  for (const token of ['%00', 'x', 'e30', '..%2f', 'x'.repeat(5_000)]) {
    const reply = await target.send('protocol', {
      method: 'POST',
      path: `/dsp/2025-1/catalog/request?continuationToken=${token}`,
      headers: { authorization: `Bearer ${secrets.peer}`, 'content-type': 'application/json' },
      body: message('CatalogRequestMessage', {}),
    })
    t.match(reply, { status: 400, body: { '@type': 'CatalogError' } }, token.slice(0, 10))
  }
  t.same(unexpectedIn(target), [])
})
