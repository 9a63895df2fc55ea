import fc from 'fast-check'
import t from 'tap'
import { DSP_CONTEXT, type MessageType } from '../../src/dsp/messages.ts'
import { createParseMessage } from '../../src/dsp/parse-message.ts'
import { KontorError } from '../../src/errors.ts'
import { createJsonLd } from '../../src/jsonld/index.ts'
import { normalisePolicy } from '../../src/policy/normalise.ts'

const edcContext = 'https://w3id.org/edc/dspace/v0.0.1'
const jsonLd = createJsonLd()
const parse = createParseMessage({ jsonLd, normalisePolicy })

const request = {
  '@context': [DSP_CONTEXT],
  '@id': 'm1',
  '@type': 'ContractRequestMessage',
  consumerPid: 'urn:uuid:1',
  callbackAddress: 'https://consumer.example/dsp',
  offer: { '@id': 'o1', '@type': 'Offer', target: 'c1', permission: [{ action: 'use' }] },
}
const dataset = {
  '@id': 'c1',
  '@type': 'Dataset',
  hasPolicy: [{ '@id': 'o1', '@type': 'Offer', permission: [{ action: 'use' }] }],
  distribution: [{ '@type': 'Distribution', format: 'HttpData-PULL', accessService: 's1' }],
}
const catalog = { '@context': [DSP_CONTEXT], '@id': 'k1', '@type': 'Catalog', participantId: 'p', dataset: [dataset] }

/** Refuses every use, to show that none is made. */
const noJsonLd = {
  ...jsonLd,
  expand: () => Promise.reject(new Error('expand')),
  compact: () => Promise.reject(new Error('compact')),
}

t.test("a message in the protocol's own context is used as it is, at once, without JSON-LD processing", async t => {
  const parsePlainly = createParseMessage({ jsonLd: noJsonLd, normalisePolicy })
  for (const context of [DSP_CONTEXT, [DSP_CONTEXT], [DSP_CONTEXT, edcContext], [edcContext, DSP_CONTEXT]]) {
    const message = { ...request, '@context': context, extra: { kept: true } }
    t.strictSame(parsePlainly('ContractRequestMessage', message), message)
  }
})

t.test('names of the EDC in a policy are spelled out, where its context gives them their meaning', async t => {
  const constraint = [
    { leftOperand: 'inForceDate', operator: 'gteq', rightOperand: 'edc:stays' },
    { or: [{ leftOperand: { '@id': 'edc:region' }, operator: 'eq', rightOperand: 'eu' }] },
  ]
  const offer = { ...request.offer, permission: [{ action: 'edc:use', 'edc:note': 'x', constraint }] }
  const understand = async (...contexts: string[]) =>
    (await parse('ContractRequestMessage', { ...request, '@context': contexts, offer })).offer.permission
  const edc = (name: string) => `https://w3id.org/edc/v0.0.1/ns/${name}`
  t.same(await understand(DSP_CONTEXT, edcContext), [
    {
      action: edc('use'),
      [edc('note')]: 'x',
      constraint: [
        { leftOperand: edc('inForceDate'), operator: 'gteq', rightOperand: 'edc:stays' },
        { or: [{ leftOperand: edc('region'), operator: 'eq', rightOperand: 'eu' }] },
      ],
    },
  ])
  t.match(await understand(DSP_CONTEXT), [{ action: 'edc:use', constraint: [{ leftOperand: 'inForceDate' }] }])
})

t.test('messages as EDC sends them are understood', async t => {
  const both = [DSP_CONTEXT, edcContext]
  const pids = { consumerPid: 'c', providerPid: 'p' }
  const offer = { '@id': 'Y2Rj:YzE=:MDU2', '@type': 'Offer' }
  const edc: readonly (readonly [MessageType, object])[] = [
    [
      'ContractRequestMessage',
      { consumerPid: 'c', callbackAddress: 'http://127.0.0.1:1/x', offer: { ...offer, assigner: 'p', target: 'c1' } },
    ],
    ['ContractRequestMessage', { ...pids, callbackAddress: 'http://127.0.0.1:1/x', offer: { ...offer, target: 'c1' } }],
    ['ContractNegotiationTerminationMessage', { ...pids, reason: ['Failed to send agreement to consumer: …'] }],
    ['ContractNegotiationError', { code: '409', reason: ['…'] }],
    ['TransferError', { code: '404', reason: ['…'] }],
    ['CatalogRequestMessage', { filter: [{ '@type': 'QuerySpec', limit: 1000, offset: 0, filterExpression: [] }] }],
    ['Catalog', { '@id': 'f9', participantId: 'p', dataset: [], service: [] }],
    [
      'Catalog',
      {
        '@id': 'f9',
        participantId: 'p',
        dataset: [{ '@id': 'c1', '@type': 'Dataset', 'edc:number': 7.0, hasPolicy: [offer], distribution: [] }],
      },
    ],
  ]
  for (const [type, fields] of edc) {
    const message = { '@id': 'm1', '@type': type, ...fields, '@context': both }
    t.strictSame(parse(type, message), message, type)
  }
})

t.test('the version list is plain JSON', async t => {
  const versions = { protocolVersions: [{ version: '2025-1', path: '/2025-1', binding: 'HTTPS' }] }
  t.equal(parse('VersionResponse', versions), versions)
  t.throws(() => parse('VersionResponse', { protocolVersions: [] }), {
    message: /at \/protocolVersions\. It must not be empty/,
  })
})

t.test('policies are normalised wherever a message has them', async t => {
  const loose = {
    '@id': 'o1',
    '@type': 'Offer',
    target: 'c1',
    'odrl:permission': { action: 'odrl:use' },
    obligation: [],
  }
  const normal = { '@id': 'o1', '@type': 'Offer', target: 'c1', permission: [{ action: 'use' }] }
  const pids = { '@context': DSP_CONTEXT, consumerPid: 'c', providerPid: 'p' }
  for (const type of ['ContractRequestMessage', 'ContractOfferMessage'] as const)
    t.strictSame((await parse(type, { ...pids, '@type': type, offer: loose })).offer, normal)

  const parties = { '@type': 'Agreement', assigner: 'p', assignee: 'c', timestamp: '2026-01-01T00:00:00.123456789Z' }
  const agreement = { ...pids, '@type': 'ContractAgreementMessage', agreement: { ...loose, ...parties } }
  t.strictSame((await parse('ContractAgreementMessage', agreement)).agreement, { ...normal, ...parties })

  const { target: _, ...untargeted } = loose
  const [distribution] = dataset.distribution
  const offered = { ...dataset, hasPolicy: [untargeted], distribution: [{ ...distribution, hasPolicy: [untargeted] }] }
  const nested = { '@id': 'k2', '@type': 'Catalog', dataset: [offered] }
  const text = JSON.stringify([
    await parse('Dataset', { '@context': DSP_CONTEXT, ...offered }),
    await parse('Catalog', { ...catalog, dataset: [offered], catalog: [nested] }),
  ])
  t.equal(text.split('"permission":[{"action":"use"}]').length - 1, 6)
  t.notMatch(text, /odrl:|obligation/)
})

t.test('an offer in a catalogue may leave out its type, and gets it', async t => {
  const message = { ...catalog, dataset: [{ ...dataset, hasPolicy: [{ '@id': 'o1' }] }] }
  t.strictSame((await parse('Catalog', message)).dataset?.[0]?.hasPolicy, [{ '@type': 'Offer', '@id': 'o1' }])
})

t.test('a message of another type is refused with the expected type and its own', async t => {
  for (const [body, found] of [
    [{ ...request, '@type': 'ContractOfferMessage' }, /is "ContractOfferMessage"/],
    [
      { ...request, '@type': 'dspace:ContractOfferMessage' },
      /is "https:\/\/w3id\.org\/dspace\/2025\/1\/ContractOfferMessage"/,
    ],
    [{ ...request, '@type': ['a', 7] }, /is "a", no text/],
    [{ ...request, '@type': undefined }, /is missing/],
    [{ ...request, '@context': {} }, /is "ContractRequestMessage"/],
  ] as const)
    await t.rejects(async () => parse('ContractRequestMessage', body), {
      code: 'invalid',
      status: 400,
      message: found,
      faults: [{ path: '/@type', message: 'It must be "ContractRequestMessage".' }],
    })
})

t.test('a type beside others of its own is the type', async t => {
  t.strictSame(parse('Catalog', { ...catalog, '@type': ['ex:Mine', 'Catalog'] }), catalog)
})

t.test('a message that spells all names out needs no context', async t => {
  const expanded = {
    '@type': 'https://w3id.org/dspace/2025/1/CatalogRequestMessage',
    'https://w3id.org/dspace/2025/1/filter': {},
  }
  t.match(await parse('CatalogRequestMessage', expanded), { '@type': 'CatalogRequestMessage', filter: [{}] })
})

t.test('what is no message at all is refused', async t => {
  for (const body of [undefined, null, 'x', 7, [], [request]])
    t.throws(() => parse('ContractRequestMessage', body), {
      code: 'invalid',
      message: 'A ContractRequestMessage must be a JSON object.',
    })
  t.throws(() => parse('ContractRequestMessage', { ...request, '@context': undefined }), {
    message: 'The ContractRequestMessage has no @context.',
    faults: [{ path: '/@context', message: `It is missing; it must name ${DSP_CONTEXT}.` }],
  })
})

t.test('a context nobody knows is refused with its name', async t => {
  await t.rejects(
    async () => parse('ContractRequestMessage', { ...request, '@context': [DSP_CONTEXT, 'https://w3id.org/x'] }),
    {
      code: 'unknown-context',
      status: 400,
      message: /"https:\/\/w3id\.org\/x".*contexts\.directory/,
    },
  )
})

// biome-ignore format: a table is read by its columns
const bad: readonly (readonly [what: string, change: object, path: string, message: RegExp])[] = [
  ['an empty pid',               { consumerPid: '' },                          '/consumerPid',     /must not be empty/],
  ['a very long pid',            { consumerPid: 'x'.repeat(2049) },            '/consumerPid',     /at most 2048 characters/],
  ['a callback that is no URL',  { callbackAddress: 'file:///etc/passwd' },    '/callbackAddress', /must be an http or https URL/],
  ['no way to answer',           { callbackAddress: undefined },               '',                 /a first request, with a callbackAddress, or a later one/],
  ['no offer',                   { offer: undefined },                         '/offer',           /is missing/],
  ['an offer without target',    { offer: { '@id': 'o', '@type': 'Offer' } },  '/offer/target',    /is missing/],
  ['an offer of another type',   { offer: { ...request.offer, '@type': 'Set' } },             '/offer/@type',               /must be "Offer", but is "Set"/],
  ['too many rules',             { offer: { ...request.offer, permission: Array(1001).fill({ action: 'use' }) } }, '/offer/permission', /at most 1000 entries/],
  ['a rule without action',      { offer: { ...request.offer, permission: [{}] } },           '/offer/permission/0/action', /is missing/],
  ['an operator nobody knows',   { offer: withConstraint({ leftOperand: 'a', operator: 'like', rightOperand: 1 }) }, '/offer/permission/0/constraint/0/operator', /but is "like"/],
  ['a constraint of two kinds',  { offer: withConstraint({ and: [], or: [] }) },                                     '/offer/permission/0/constraint/0', /only one of and, or/],
  ['a logical constraint that also compares', { offer: withConstraint({ and: [], leftOperand: 'a' }) },              '/offer/permission/0/constraint/0/leftOperand', /must not be here/],
  ['words of another context',   { offer: { ...request.offer, '@context': { p: 'odrl:prohibition' } } },             '/offer/@context', /must not be here/],
  ['a comparison with nothing',  { offer: withConstraint({ leftOperand: 'a', operator: 'eq' }) },                    '/offer/permission/0/constraint/0/rightOperand', /is missing/],
]

for (const [what, change, path, message] of bad)
  t.test(`a request with ${what} is refused, naming the place`, async t => {
    t.throws(() => parse('ContractRequestMessage', { ...request, ...change }), {
      code: 'invalid',
      status: 400,
      faults: [{ path, message }],
    })
  })

function withConstraint(constraint: object): object {
  return { ...request.offer, permission: [{ action: 'use', constraint: [constraint] }] }
}

t.test('an agreement without a time, or with one that is none, is refused', async t => {
  const agreement = { '@id': 'a', '@type': 'Agreement', target: 'c1', assigner: 'p', assignee: 'c' }
  const message = { '@context': DSP_CONTEXT, '@type': 'ContractAgreementMessage', consumerPid: 'c', providerPid: 'p' }
  for (const timestamp of [undefined, 'yesterday', '2026-01-01', '2026-01-01T00:00:00Z; drop table', 1767225600])
    t.throws(() => parse('ContractAgreementMessage', { ...message, agreement: { ...agreement, timestamp } }), {
      message: /^The ContractAgreementMessage is not valid at \/agreement\/timestamp\. It /,
    })
  for (const timestamp of ['2026-01-01T00:00:00', '2026-01-01T24:00:00Z', '2026-01-01T00:00:00.5+01:00'])
    t.match(parse('ContractAgreementMessage', { ...message, agreement: { ...agreement, timestamp } }), {
      agreement: { timestamp },
    })
})

t.test('whatever stands in a message, it is understood or refused with a 400', async () => {
  const places = ['@context', '@type', '@id', 'consumerPid', 'callbackAddress', 'offer', 'dspace:offer', 'x'] as const
  const contexts = fc.constantFrom<unknown>(DSP_CONTEXT, { ex: 'https://example.org/' }, [
    DSP_CONTEXT,
    { '@base': 'x:y' },
  ])
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fc.jsonValue(), contexts, async (place, value, context) => {
      try {
        await parse('ContractRequestMessage', { ...request, '@context': context, [place]: value })
        return true
      } catch (error) {
        return error instanceof KontorError && error.status === 400
      }
    }),
  )
})
