import { inspect, isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { parseJson } from '../../src/http/index.ts'

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

t.test('what JSON.stringify writes is read as it was', async () => {
  // fast-check makes keys like `__proto__` on purpose; those are another test's.
  const harmless = fc.jsonValue().filter(value => !/__proto__|constructor/.test(JSON.stringify(value)))
  fc.assert(
    fc.property(harmless, value => {
      const text = JSON.stringify(value)
      return isDeepStrictEqual(parseJson(text), JSON.parse(text))
    }),
  )
})

t.test('a byte order mark in front is no fault', async t => {
  t.same(parseJson('\uFEFF{"a":1}'), { a: 1 })
})

t.test('nesting is counted in objects and arrays, not in strings', async t => {
  t.same(parseJson(nested(64)), JSON.parse(nested(64)))
  t.throws(() => parseJson(nested(65)), { code: 'invalid', message: /deeper than 64 levels at position 64/ })
  t.throws(() => parseJson('{"a":{"b":{}}}', 2), { code: 'invalid' })
  t.same(parseJson(JSON.stringify({ a: '[[[[', 'b\\"[[': [] }), 2), { a: '[[[[', 'b\\"[[': [] })
  t.same(parseJson('[[],[],[],[]]', 2), [[], [], [], []])
})

t.test('ten thousand levels are refused, before they are parsed', async t => {
  t.throws(() => parseJson(nested(10_000)), { code: 'invalid', status: 400, message: /deeper than 64/ })
  t.throws(() => parseJson('[{"a":'.repeat(10_000)), { code: 'invalid', message: /deeper than 64/ })
})

t.test('a key that reaches for the prototype is refused wherever it stands and however it is spelled', async t => {
  const refused: [text: string, path: string][] = [
    ['{"__proto__":1}', '/__proto__'],
    ['[{"a/b":{"__proto__":{}}}]', '/0/a~1b/__proto__'],
    ['{"\\u005f_proto__":{}}', '/__proto__'],
    ['{"__pr\\u006Fto__":{}}', '/__proto__'],
    ['{"constructor":{"prototype":{"x":1}}}', '/constructor'],
    ['{"c\\u006fnstructor":{"prototype":{}}}', '/constructor'],
  ]
  for (const [text, path] of refused)
    t.throws(() => parseJson(text), { code: 'invalid', status: 400, faults: [{ path }] }, text)
})

t.test('the same words are fine where they do no harm', async t => {
  for (const text of [
    '{"a":"__proto__"}',
    '{"constructor":"Smith"}',
    '{"constructor":{"name":"x"}}',
    '{"prototype":{}}',
    '["\\u0041"]',
  ])
    t.same(parseJson(text), JSON.parse(text))
})

t.test('malformed JSON is told by its place, and never with its content', async t => {
  const texts: [text: string, message: RegExp][] = [
    ['', /is empty/],
    [' \n', /is empty/],
    ['{"secret": hunter2}', /position 11 \(line 1, column 12\)/],
    ['{\n  "secret": 1,\n}', /position 17 \(line 3, column 1\)/],
    ['hunter2', /position 0 /],
  ]
  for (const [text, message] of texts) {
    const error = failureOf(() => parseJson(text))
    t.match(error, { code: 'invalid', message })
    t.notMatch(inspect(error), /hunter|secret/)
  }
})

function failureOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

t.test('a text that no database keeps is refused, and named by its place', async t => {
  // biome-ignore format: a table is read by its columns
  const refused: [text: string, path: string][] = [
    ['"a\\u0000"',               ''],
    ['{"a":["b","\\u0000"]}',    '/a/1'],
    ['{"a":{"b\\uD800":1}}',     '/a/b\ud800'],
    ['["\\udc00\\ud800"]',      '/0'],
  ]
  for (const [text, path] of refused)
    t.throws(() => parseJson(text), { code: 'invalid', status: 400, faults: [{ path }] }, text)
  t.same(parseJson('["\\ud83d\\ude00", "\\\\u0000", "\\u00e9"]'), ['😀', '\\u0000', 'é'])
})
