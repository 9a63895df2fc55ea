import t from 'tap'
import { compileForeignSchema } from '../../src/jsonld/index.ts'

/** Schemas that mean the same in the words of their drafts: a number above zero. */
const drafts = {
  'http://json-schema.org/draft-04/schema#': { id: 'https://a.example/s', minimum: 0, exclusiveMinimum: true },
  'http://json-schema.org/draft-07/schema#': { $id: 'https://a.example/s', exclusiveMinimum: 0 },
  'https://json-schema.org/draft/2019-09/schema': { $id: 'https://a.example/s', exclusiveMinimum: 0 },
  'https://json-schema.org/draft/2020-12/schema': { $id: 'https://a.example/s', exclusiveMinimum: 0 },
}
for (const [$schema, words] of Object.entries(drafts))
  t.test(`a schema in ${$schema} is understood`, async t => {
    const fits = compileForeignSchema({ $schema, type: 'number', ...words })
    t.ok(fits(1))
    t.notOk(fits(0))
    t.notOk(fits('1'))
  })

t.test('a schema that does not say its draft is one of draft 07, and unknown words say nothing', async t => {
  const fits = compileForeignSchema({
    type: 'object',
    required: ['a'],
    'x-mine': true,
    properties: { a: { format: 'banana' } },
  })
  t.ok(fits({ a: 1 }))
  t.notOk(fits({}))
})

t.test('two schemas of one name do not get in each other’s way', async t => {
  t.ok(compileForeignSchema({ $id: 'https://a.example/s', type: 'string' })('x'))
  t.ok(compileForeignSchema({ $id: 'https://a.example/s', type: 'number' })(1))
})

t.test('a schema that refers to others, or is none, is refused', async t => {
  t.throws(() => compileForeignSchema({ $ref: 'https://a.example/other' }))
  t.throws(() => compileForeignSchema({ type: 'banana' }))
})

t.test('a pattern that would take for ever is stopped, and the next value is judged as ever', async t => {
  const fits = compileForeignSchema({ type: 'string', pattern: '^(a+)+$' })
  t.throws(() => fits(`${'a'.repeat(64)}!`), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' })
  t.ok(fits('aaa'))
  t.notOk(fits('b'))
})

t.test('a value that a busy machine keeps waiting is judged as ever', async t => {
  const fits = compileForeignSchema({ type: 'object', properties: { a: { type: 'number' } }, required: ['a'] })
  /** Waits for longer than there is time, twice, and does nothing meanwhile. */
  const waiting = (a: unknown) => {
    let left = 2
    return {
      get a() {
        if (left-- > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
        return a
      },
    }
  }
  t.ok(fits(waiting(1)))
  t.notOk(fits(waiting('1')))
})
