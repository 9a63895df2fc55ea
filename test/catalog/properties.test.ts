import t from 'tap'
import { fromDocument, toDocument } from '../../src/catalog/properties.ts'

t.test('names are kept in full, at every depth', async t => {
  const document = toDocument('d1', {
    'dct:title': 'T',
    'http://example.org/ns#a': 1,
    plain: ['x', { 'foaf:name': 'n' }],
    'dcterms:issued': { '@value': { 'dct:kept': 1 }, '@type': 'xsd:date' },
    'dct:publisher': { '@id': 'edc:someone', '@type': ['foaf:Agent', 'Organization'] },
    'urn:x:y': null,
  })
  t.same(document, {
    '@id': 'd1',
    '@type': 'Dataset',
    'http://purl.org/dc/terms/title': 'T',
    'http://example.org/ns#a': 1,
    'https://w3id.org/edc/v0.0.1/ns/plain': ['x', { 'http://xmlns.com/foaf/0.1/name': 'n' }],
    'http://purl.org/dc/terms/issued': {
      '@value': { 'dct:kept': 1 },
      '@type': 'http://www.w3.org/2001/XMLSchema#date',
    },
    'http://purl.org/dc/terms/publisher': {
      '@id': 'https://w3id.org/edc/v0.0.1/ns/someone',
      '@type': ['http://xmlns.com/foaf/0.1/Agent', 'Organization'],
    },
    'urn:x:y': null,
  })
  const { '@id': _id, '@type': _type, ...properties } = document
  t.same(fromDocument(document), properties)
  t.same(toDocument('d1', properties), document, 'writing it again changes nothing')
})

t.test('what has a scheme is an IRI, whether anybody knows it or not', async t => {
  t.match(toDocument('d1', { 'asset:prop:name': 'x', 'zzz:title': 'y' }), { 'asset:prop:name': 'x', 'zzz:title': 'y' })
})

// biome-ignore format: a table is read by its columns
const refused: readonly [why: string, properties: object, path: string][] = [
  [ 'a name with blanks',                    { 'my title': 'x' },                                   '/properties/my title'    ],
  [ 'a blank node',                          { '_:b': 'x' },                                        '/properties/_:b'         ],
  [ 'an id of its own',                      { '@id': 'x' },                                        '/properties/@id'         ],
  [ 'a type',                                { '@type': 'x' },                                      '/properties/@type'       ],
  [ 'a context within',                      { 'dct:publisher': [{ '@context': {} }] },             '/properties/dct:publisher/0/@context' ],
  [ 'a policy that is not published',        { 'odrl:hasPolicy': {} },                              '/properties/http:~1~1www.w3.org~1ns~1odrl~12~1hasPolicy' ],
  [ 'a distribution that no plane serves',   { 'http://www.w3.org/ns/dcat#distribution': [] },      '/properties/http:~1~1www.w3.org~1ns~1dcat#distribution' ],
  [ 'one property in two spellings',       { 'dct:title': 1, 'dcterms:title': 2 },               '/properties/dcterms:title' ],
  [ 'NUL',                                   { 'dct:title': 'a\0' },                                '/properties'             ],
]

for (const [why, properties, path] of refused)
  t.test(`refused: ${why}`, async t => {
    t.throws(() => toDocument('d1', { ...properties }), { code: 'invalid', status: 400, faults: [{ path }] })
  })
