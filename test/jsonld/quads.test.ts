import t from 'tap'
import { canonize, createJsonLd, parseTurtle, quadsOf, toJsonLd } from '../../src/jsonld/index.ts'

const jsonLd = createJsonLd()
const context = { ex: 'http://example.org/', '@base': null }
const read = async (document: object) => quadsOf(await jsonLd.expand({ '@context': context, ...document }))

t.test('JSON-LD and Turtle that say the same are the same', async t => {
  const json = await read({
    '@id': 'ex:a',
    '@type': 'ex:T',
    'ex:list': { '@list': [1, 'two', { '@id': 'ex:three' }] },
    'ex:node': { 'ex:flag': true, 'ex:half': 0.5, 'ex:text': { '@value': 'deux', '@language': 'fr' } },
  })
  const turtle = parseTurtle(`@prefix ex: <http://example.org/>.
    ex:a a ex:T; ex:list (1 "two" ex:three); ex:node [ ex:flag true; ex:half 5.0E-1; ex:text "deux"@fr ].`)
  t.equal(await canonize(json), await canonize(turtle))
})

t.test('statements with relative ids are kept', async t => {
  const quads = await read({ '@id': 'c1', 'ex:who': { '@id': 'bob' } })
  t.match(quads, [{ subject: { value: 'c1' }, object: { value: 'bob' } }])
  t.equal(await canonize(quads), '<relative:c1> <http://example.org/who> <relative:bob> .\n')
})

t.test('what blank nodes are called makes no difference, what they say does', async t => {
  const said = (text: string) => canonize(parseTurtle(`@prefix ex: <http://example.org/>. ${text}`))
  t.equal(await said('_:x ex:p _:y. _:y ex:q 1.'), await said('_:b ex:q 1. _:a ex:p _:b.'))
  t.not(await said('_:x ex:p _:y. _:y ex:q 1.'), await said('_:x ex:p _:y. _:y ex:q 2.'))
})

t.test('texts with quotes and line breaks are canonical, too', async t => {
  const quads = await read({ '@id': 'ex:a', 'ex:text': 'a "b"\n\\c' })
  t.equal(await canonize(quads), '<http://example.org/a> <http://example.org/text> "a \\"b\\"\\n\\\\c" .\n')
})

t.test('statements become JSON-LD again', async t => {
  const quads = parseTurtle('@prefix ex: <http://example.org/>. ex:a a ex:T; ex:p 5, _:b. _:b ex:q "x"@en.')
  const document = toJsonLd(quads, { ex: 'http://example.org/' })
  t.equal(await canonize(quadsOf(await jsonLd.expand(document))), await canonize(quads))
  t.match(document, { '@graph': [{ '@id': 'ex:a'.replace('ex:', 'http://example.org/'), '@type': ['ex:T'] }] })
})
