import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { KontorError } from '../../src/errors.ts'
import { createJsonLd } from '../../src/jsonld/index.ts'

const dsp = 'https://w3id.org/dspace/2025/1/context.jsonld'
const odrl = 'http://www.w3.org/ns/odrl/2/'
const edc = 'https://w3id.org/edc/v0.0.1/ns/'
const { expand, compact } = createJsonLd()

t.test('a policy in the ODRL context expands, with all its operators', async t => {
  const operators = [
    'eq',
    'neq',
    'lt',
    'lteq',
    'gt',
    'gteq',
    'isA',
    'hasPart',
    'isPartOf',
    'isAllOf',
    'isAnyOf',
    'isNoneOf',
  ]
  const constraint = operators.map(operator => ({ leftOperand: 'industry', operator, rightOperand: 1 }))
  const [policy] = await expand({
    '@context': 'http://www.w3.org/ns/odrl.jsonld',
    '@type': 'Set',
    permission: { action: 'use', constraint },
  })
  t.strictSame(policy, {
    '@type': [`${odrl}Set`],
    [`${odrl}permission`]: [
      {
        [`${odrl}action`]: [{ '@id': `${odrl}use` }],
        [`${odrl}constraint`]: operators.map(operator => ({
          [`${odrl}leftOperand`]: [{ '@id': `${odrl}industry` }],
          [`${odrl}operator`]: [{ '@id': `${odrl}${operator}` }],
          [`${odrl}rightOperand`]: [{ '@value': 1 }],
        })),
      },
    ],
  })
})

t.test('a policy in the ODRL context compacts to the terms of the Dataspace Protocol', async t => {
  const policy = {
    '@context': 'http://www.w3.org/ns/odrl.jsonld',
    '@type': 'Offer',
    '@id': 'o1',
    target: 'c1',
    permission: { action: 'use', constraint: { leftOperand: 'dateTime', operator: 'neq', rightOperand: '2027' } },
  }
  const profile = 'https://w3id.org/dspace/2025/1/odrl-profile.jsonld'
  t.same(await compact(await expand(policy), profile), {
    '@context': profile,
    '@id': 'o1',
    '@type': 'Offer',
    permission: [
      { action: 'use', constraint: [{ leftOperand: 'odrl:dateTime', operator: 'neq', rightOperand: '2027' }] },
    ],
    target: 'c1',
  })
})

t.test(
  "a policy definition in EDC's management context keeps its policy in ODRL and its rest in EDC's terms",
  async t => {
    const [definition] = await expand({
      '@context': ['https://w3id.org/edc/connector/management/v0.0.1'],
      '@id': 'pc',
      '@type': 'PolicyDefinition',
      policy: { '@type': 'Set', permission: { action: 'use', constraint: { leftOperand: 'inForceDate' } } },
    })
    t.strictSame(definition, {
      '@id': 'pc',
      '@type': [`${edc}PolicyDefinition`],
      [`${edc}policy`]: [
        {
          '@type': [`${odrl}Set`],
          [`${odrl}permission`]: [
            {
              [`${odrl}action`]: [{ '@id': `${odrl}use` }],
              [`${odrl}constraint`]: [{ [`${odrl}leftOperand`]: [{ '@id': `${edc}inForceDate` }] }],
            },
          ],
        },
      ],
    })
  },
)

t.test("an asset in EDC's management context keeps the properties that nobody has defined", async t => {
  const [asset] = await expand({
    '@context': ['https://w3id.org/edc/connector/management/v0.0.1'],
    '@type': 'Asset',
    properties: { mine: 7 },
    dataAddress: { '@type': 'DataAddress', type: 'HttpData', baseUrl: 'http://x' },
  })
  t.match(asset, {
    [`${edc}properties`]: [{ [`${edc}mine`]: [{ '@value': 7 }] }],
    [`${edc}dataAddress`]: [
      { [`${edc}type`]: [{ '@value': 'HttpData' }], [`${edc}baseUrl`]: [{ '@value': 'http://x' }] },
    ],
  })
})

t.test('ids stay as they are written', async t => {
  for (const id of ['c1', 'a/../b', './x', 'a b', '?q', 'CD123:ACN0102:456', 'urn:uuid:1']) {
    const message = { '@context': dsp, '@type': 'TransferProcess', providerPid: id }
    t.equal((await compact(await expand(message), dsp)).providerPid, id)
  }
})

t.test('contexts that import the same one do not mix, in any order', async t => {
  const messages = ['Dataset', 'ContractOfferMessage', 'ContractAgreementMessage'].map(type => ({
    '@context': dsp,
    '@type': type,
    ...(type === 'Dataset' ? {} : { consumerPid: 'urn:c' }),
    hasPolicy: [{ '@type': 'Offer', permission: [{ action: 'use' }] }],
  }))
  for (const order of [messages, messages.toReversed()])
    for (const message of order) {
      const [node] = await createJsonLd().expand(message)
      const offer = {
        '@type': [`${odrl}Offer`],
        [`${odrl}permission`]: [{ [`${odrl}action`]: [{ '@id': `${odrl}use` }] }],
      }
      t.strictSame(node?.[`${odrl}hasPolicy`], [offer], message['@type'])
      t.equal('https://w3id.org/dspace/2025/1/consumerPid' in (node ?? {}), 'consumerPid' in message)
    }
})

t.test('a context of the operator is known to their connector, and to no other in the process', async t => {
  const iri = 'https://example.org/own.jsonld'
  const context = (at: string) => ({ '@context': { name: `https://example.org/${at}` } })
  const operators = ['a', 'b'].map(name => {
    const directory = t.testdir({ [name]: { 'index.json': JSON.stringify({ [iri]: 'own.jsonld' }) } })
    writeFileSync(join(directory, name, 'own.jsonld'), JSON.stringify(context(name)))
    return createJsonLd({ directory: join(directory, name) })
  })
  for (const [at, jsonLd] of operators.entries())
    t.same(await jsonLd.expand({ '@context': iri, name: 'x' }), [
      { [`https://example.org/${['a', 'b'][at]}`]: [{ '@value': 'x' }] },
    ])
  await t.rejects(expand({ '@context': iri, name: 'x' }), { code: 'unknown-context' })
})

t.test('a context nobody knows is refused wherever it stands', async t => {
  const iri = 'https://example.org/x'
  for (const document of [
    { '@context': iri },
    { '@context': [dsp, iri] },
    { '@context': { ex: { '@id': 'https://example.org/ex', '@context': iri } }, ex: { a: 1 } },
    { '@context': { ex: 'https://example.org/ex' }, ex: { '@context': iri } },
  ])
    await t.rejects(expand(document), { code: 'unknown-context', message: /"https:\/\/example\.org\/x" is not known/ })
})

t.test('what is no JSON-LD is refused with the error code of the standard', async t => {
  await t.rejects(expand({ '@context': { '@vocab': 5 } }), {
    code: 'invalid',
    message: 'The document is not valid JSON-LD: invalid vocab mapping.',
  })
  await t.rejects(expand('x'), { code: 'invalid', message: 'A JSON-LD document must be an object or an array.' })
})

t.test('a document that asks too much is refused before it is processed', async t => {
  const nodes = Array.from({ length: 5_001 }, (_, at) => ({ '@type': `ex:${at}` }))
  const long = { a: `https://example.org/${'x'.repeat(50_000)}` }
  for (const [document, message] of [
    [nodes, /more than the 5000 nodes/],
    [nodes.slice(0, 51).map(node => ({ ...node, '@context': {} })), /more than the 50 @context entries/],
    [{ '@context': long }, /contexts longer than the 50000 characters/],
    [{ '@context': { '@import': dsp } }, /must not use @import/],
  ] as const)
    await t.rejects(expand(document), { code: 'invalid', status: 400, message })
})

t.test('whatever comes, it is either processed or refused with a 400', async () => {
  const key = fc.constantFrom(
    '@context',
    '@id',
    '@type',
    '@graph',
    '@list',
    '@set',
    '@value',
    '@reverse',
    '@nest',
    '@index',
    '@json',
    'a',
    'ex:a',
  )
  const documents = fc.letrec<{ node: object; value: unknown }>(tie => ({
    node: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>(dsp, 'a', '@id', '@none', null, 7, true),
      tie('node'),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  })).node
  await fc.assert(
    fc.asyncProperty(documents, async document => {
      try {
        await compact(await expand(document), dsp)
        return true
      } catch (error) {
        return error instanceof KontorError && error.status === 400
      }
    }),
    { numRuns: 300 },
  )
})
