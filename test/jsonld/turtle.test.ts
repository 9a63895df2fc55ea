import t from 'tap'
import { parseTurtle, writeTurtle } from '../../src/jsonld/index.ts'

const prefixes = { ex: 'http://example.org/' }
const text = `@prefix ex: <http://example.org/>.
ex:a ex:b "x"@en, "5"^^<http://www.w3.org/2001/XMLSchema#integer>, <relative>, _:c.
_:c ex:d "plain".
`

t.test('a document is statements, ids as they are written', async t => {
  t.match(parseTurtle(text), [
    {
      subject: { kind: 'iri', value: 'http://example.org/a' },
      object: { kind: 'literal', value: 'x', language: 'en' },
    },
    { predicate: 'http://example.org/b', object: { value: '5', datatype: 'http://www.w3.org/2001/XMLSchema#integer' } },
    { object: { kind: 'iri', value: 'relative' } },
    { object: { kind: 'blank' } },
    { subject: { kind: 'blank' }, object: { kind: 'literal', value: 'plain' } },
  ])
})

t.test('what is written can be read again', async t => {
  const quads = parseTurtle(text)
  t.same(parseTurtle(writeTurtle(quads, prefixes)).length, quads.length)
  t.match(writeTurtle(quads, prefixes), /ex:a ex:b "x"@en, 5, <relative>, _:/)
})

t.test('what is no Turtle is refused with the line', async t => {
  t.throws(() => parseTurtle('ex:a ex:b .'), { code: 'invalid', message: /not valid Turtle: .*line 1/ })
  t.throws(() => parseTurtle(' '.repeat(5_000_001)), { code: 'invalid', message: /more than the 5000000 characters/ })
})
