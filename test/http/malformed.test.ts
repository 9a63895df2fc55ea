import fc from 'fast-check'
import t from 'tap'
import { malformedAt } from '../../src/http/malformed.ts'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

t.test('the place is where the first wrong token begins', async t => {
  const places: [text: string, place: number][] = [
    ['', 0],
    ['x', 0],
    ['  x', 2],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":}', 5],
    ['{"a":1,}', 7],
    ['{"a":1 "b":2}', 7],
    ['{a:1}', 1],
    ['[1,2', 4],
    ['[1,,2]', 3],
    ['[1] x', 4],
    ['["a\nb"]', 1],
    ['["\\x"]', 1],
    ['[01]', 2],
    ['[tru]', 1],
    ['[-]', 1],
    ["['a']", 1],
    ['{"a":[1,{"b":nul}]}', 13],
  ]
  for (const [text, place] of places) t.equal(malformedAt(text), place, text)
})

t.test('a text that is JSON breaks nowhere', async t => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      return malformedAt(text) === text.length
    }),
  )
  const text = ' [ 1.5e-3 , "\\u00e4\\n\u{1F600}" ] '
  t.equal(malformedAt(text), text.length)
})

t.test('what is broken is found no later than it stands', async () => {
  const broken = fc.tuple(fc.jsonValue(), fc.double({ min: 0, max: 1, noNaN: true })).map(([value, part]) => {
    const text = JSON.stringify(value)
    const place = Math.floor(text.length * part)
    // A control character can stand nowhere, not even in a string.
    return { place, text: `${text.slice(0, place)}\u0001${text.slice(place)}` }
  })
  fc.assert(fc.property(broken, ({ text, place }) => malformedAt(text) <= place && !isJson(text)))
})

t.test('a long string full of escapes is no trouble', async t => {
  const text = `["${'\\n'.repeat(500_000)}" x`
  t.equal(malformedAt(text), text.length - 1)
})
