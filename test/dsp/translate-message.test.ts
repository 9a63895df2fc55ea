import t from 'tap'
import { DSP_CONTEXT } from '../../src/dsp/messages.ts'
import { translateMessage } from '../../src/dsp/translate-message.ts'
import { createJsonLd } from '../../src/jsonld/index.ts'

const jsonLd = createJsonLd()
const ex = { ex: 'https://example.org/ns#' }
const prefixes = {
  dspace: 'https://w3id.org/dspace/2025/1/',
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  odrl: 'http://www.w3.org/ns/odrl/2/',
}

t.test("prefixed messages become messages in the protocol's own words", async t => {
  const plain = {
    '@context': [DSP_CONTEXT],
    '@type': 'ContractNegotiationEventMessage',
    consumerPid: 'urn:c',
    providerPid: 'urn:p',
    eventType: 'FINALIZED',
  }
  const dressed = [
    {
      '@context': DSP_CONTEXT,
      '@type': 'dspace:ContractNegotiationEventMessage',
      'dspace:consumerPid': 'urn:c',
      'dspace:providerPid': 'urn:p',
      'dspace:eventType': 'FINALIZED',
    },
    {
      '@context': prefixes,
      '@type': 'dspace:ContractNegotiationEventMessage',
      'dspace:consumerPid': 'urn:c',
      'dspace:providerPid': { '@id': 'urn:p' },
      'dspace:eventType': 'dspace:FINALIZED',
    },
    {
      '@context': prefixes,
      '@type': ['dspace:ContractNegotiationEventMessage'],
      'dspace:consumerPid': [{ '@value': 'urn:c' }],
      'dspace:providerPid': 'urn:p',
      'dspace:eventType': { '@id': 'dspace:FINALIZED' },
    },
    {
      '@context': { '@vocab': prefixes.dspace, kind: '@type' },
      kind: 'ContractNegotiationEventMessage',
      consumerPid: 'urn:c',
      providerPid: 'urn:p',
      eventType: `${prefixes.dspace}FINALIZED`,
    },
  ]
  for (const message of dressed)
    t.same(await translateMessage(jsonLd, 'ContractNegotiationEventMessage', message), plain)
})

t.test('a prefixed transfer request keeps its format, address and ids as they are', async t => {
  const message = {
    '@context': prefixes,
    '@type': 'dspace:TransferRequestMessage',
    'dspace:consumerPid': 'dspace:odd',
    'dspace:agreementId': { '@id': 'a1' },
    'dct:format': 'HttpData-PUSH',
    'dspace:callbackAddress': { '@id': 'http://x/y' },
    'dspace:dataAddress': {
      '@type': 'dspace:DataAddress',
      'dspace:endpointType': 'HttpData',
      'dspace:endpoint': 'http://x/z',
      'dspace:endpointProperties': {
        '@type': 'dspace:EndpointProperty',
        'dspace:name': 'auth',
        'dspace:value': 'dspace:x',
      },
    },
  }
  t.same(await translateMessage(jsonLd, 'TransferRequestMessage', message), {
    '@context': [DSP_CONTEXT],
    '@type': 'TransferRequestMessage',
    consumerPid: 'dspace:odd',
    agreementId: 'a1',
    format: 'HttpData-PUSH',
    callbackAddress: 'http://x/y',
    dataAddress: {
      '@type': 'DataAddress',
      endpointType: 'HttpData',
      endpoint: 'http://x/z',
      endpointProperties: [{ '@type': 'EndpointProperty', name: 'auth', value: 'dspace:x' }],
    },
  })
})

t.test('a term goes before its prefixed spelling', async t => {
  const message = {
    '@context': [DSP_CONTEXT],
    '@type': 'TransferProcess',
    consumerPid: 'urn:a',
    'dspace:consumerPid': 'urn:b',
  }
  t.match(await translateMessage(jsonLd, 'TransferProcess', message), {
    consumerPid: 'urn:a',
    'dspace:consumerPid': 'urn:b',
  })
})

t.test('properties of other vocabularies keep their full names, in catalogues, datasets and offers', async t => {
  const message = {
    '@context': [DSP_CONTEXT, ex],
    '@id': 'k1',
    '@type': 'Catalog',
    participantId: 'p',
    'ex:kept': 1,
    dataset: [
      {
        '@id': 'c1',
        '@type': 'Dataset',
        'ex:kept': { '@type': 'ex:Thing', 'ex:deep': [1, 2] },
        'dct:format': 'text/csv',
        hasPolicy: [{ '@id': 'o1', '@type': 'Offer', permission: [{ action: 'ex:read', 'ex:kept': 3 }] }],
        distribution: [{ '@type': 'Distribution', 'dct:format': 'HttpData-PULL', accessService: { '@id': 's1' } }],
      },
      { '@context': { own: 'https://example.org/own#' }, '@id': 'c2', '@type': 'Dataset', 'own:kept': 4, 'ex:kept': 5 },
    ],
  }
  t.same(await translateMessage(jsonLd, 'Catalog', message), {
    '@context': [DSP_CONTEXT],
    '@id': 'k1',
    '@type': 'Catalog',
    participantId: 'p',
    'https://example.org/ns#kept': 1,
    dataset: [
      {
        '@id': 'c1',
        '@type': 'Dataset',
        'https://example.org/ns#kept': {
          '@type': 'https://example.org/ns#Thing',
          'https://example.org/ns#deep': [1, 2],
        },
        'dct:format': 'text/csv',
        hasPolicy: [
          {
            '@id': 'o1',
            '@type': 'Offer',
            permission: [{ action: 'https://example.org/ns#read', 'https://example.org/ns#kept': 3 }],
          },
        ],
        distribution: [{ '@type': 'Distribution', format: 'HttpData-PULL', accessService: 's1' }],
      },
      { '@id': 'c2', '@type': 'Dataset', 'https://example.org/own#kept': 4, 'https://example.org/ns#kept': 5 },
    ],
  })
})

t.test('while a long catalogue is translated, others are served', async t => {
  const dataset = Array.from({ length: 20 }, (_, at) => ({ '@id': `c${at}`, '@type': 'Dataset' }))
  const message = { '@context': [DSP_CONTEXT, ex], '@id': 'k1', '@type': 'Catalog', dataset }
  let served = 0
  let serving = setImmediate(function serve() {
    served++
    serving = setImmediate(serve)
  })
  t.teardown(() => clearImmediate(serving))
  const translated = await translateMessage(jsonLd, 'Catalog', message)
  t.same(translated.dataset, dataset)
  t.ok(served > 0)
})

t.test('what is not one node of the expected type is refused', async t => {
  for (const [message, reason] of [
    [
      { '@context': prefixes, '@graph': [{ '@type': 'dspace:CatalogError' }, { '@type': 'dspace:CatalogError' }] },
      /one JSON-LD node/,
    ],
    [{ '@context': prefixes, other: 'x' }, /one JSON-LD node/],
    [{ '@context': prefixes, '@type': 'CatalogError', 'dspace:code': 'x' }, /A CatalogError was expected/],
    [{ '@context': prefixes, '@type': 'odrl:CatalogError', 'dspace:code': 'x' }, /A CatalogError was expected/],
  ] as const)
    await t.rejects(translateMessage(jsonLd, 'CatalogError', message), { code: 'invalid', message: reason })
  const strange = { '@context': [DSP_CONTEXT, ex], '@type': 'Catalog', dataset: [{ '@id': 'c1', '@type': 'Catalog' }] }
  await t.rejects(translateMessage(jsonLd, 'Catalog', strange), { message: /A Dataset was expected/ })
})
