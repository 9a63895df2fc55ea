import t from 'tap'
import { KontorError } from '../../src/errors.ts'
import { createSchemas } from '../../src/jsonld/schemas.ts'

const schemas = createSchemas()

/** What is wrong with a value, by the place. */
function faults(schema: object, value: unknown): Record<string, string> {
  try {
    schemas.compile(schema, 'thing')(value)
    return {}
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    return Object.fromEntries(error.faults.map(({ path, message }) => [path, message]))
  }
}

t.test('a value that is as the schema says comes back as it is', async t => {
  const parse = schemas.compile<{ name: string }>({ type: 'object', required: ['name'] }, 'pet')
  const pet = { name: 'Rex', age: 7 }
  t.equal(parse(pet), pet)
})

t.test('a value that is not is refused with its name, the place and the reason', async t => {
  const parse = schemas.compile({ type: 'object', required: ['name', 'age'] }, 'pet')
  t.throws(() => parse({ name: 'Rex' }), {
    code: 'invalid',
    status: 400,
    message: 'The pet is not valid at /age. It is missing.',
    faults: [{ path: '/age', message: 'It is missing.' }],
  })
  t.throws(() => parse({}), {
    message: 'The pet is not valid at /name. It is missing. Other places are not valid either.',
  })
  t.throws(() => parse([]), { message: 'The pet is not valid. It must be an object, but is an array.' })
})

// biome-ignore format: a table is read by its columns
const rows: readonly (readonly [schema: object | boolean, value: unknown, sentence: string])[] = [
  [{ type: 'string' },                      null,       'It must be a string, but is null.'],
  [{ type: ['string', 'integer'] },         true,       'It must be a string or a whole number, but is true or false.'],
  [{ const: 'Offer' },                      'Set',      'It must be "Offer", but is "Set".'],
  [{ enum: ['a', 'b', 7] },                 {},         'It must be "a" or "b" or 7, but is an object.'],
  [{ enum: ['a'] },                         'x'.repeat(50), `It must be "a", but is "${'x'.repeat(40)}…".`],
  [{ type: 'string', minLength: 1 },        '',         'It must not be empty.'],
  [{ type: 'string', minLength: 2 },        'x',        'It must have at least 2 characters.'],
  [{ type: 'string', maxLength: 2 },        'secret',   'It must have at most 2 characters.'],
  [{ type: 'array', minItems: 1 },          [],         'It must not be empty.'],
  [{ type: 'array', maxItems: 1 },          [1, 2],     'It must have at most 1 entries.'],
  [{ type: 'object', minProperties: 2 },    {},         'It must have at least 2 properties.'],
  [{ type: 'object', maxProperties: 0 },    { a: 1 },   'It must have at most 0 properties.'],
  [{ type: 'number', minimum: 1 },          0,          'It must be at least 1.'],
  [{ type: 'number', maximum: 1 },          2,          'It must be at most 1.'],
  [{ type: 'number', exclusiveMinimum: 1 }, 1,          'It must be more than 1.'],
  [{ type: 'number', exclusiveMaximum: 1 }, 1,          'It must be less than 1.'],
  [{ type: 'number', multipleOf: 2 },       1,          'It must be multiple of 2.'],
  [{ type: 'string', pattern: '^a$', description: 'an a' },                'b',   'It must be an a.'],
  [{ type: 'string', pattern: '^a$' },                                     'b',   'It must be of the form its schema gives.'],
  [{ type: 'string', format: 'id', description: 'a short text' },          '雨'.repeat(683), 'It must be a short text.'],
  [{ type: 'string', format: 'http-url', description: 'a URL' },           'ftp://x', 'It must be a URL.'],
  [{ description: 'other than null', not: { type: 'null' } },              null,  'It must be other than null.'],
  [{ description: 'text or number', anyOf: [{ type: 'string' }, { type: 'number' }] }, null, 'It must be text or number.'],
  [{ description: 'one of both', oneOf: [{ type: 'string' }, { const: 'a' }] }, 'a', 'It must be one of both.'],
  [false, 'x', 'It must not be here.'],
] as const

for (const [schema, value, sentence] of rows)
  t.test(`in plain English: ${sentence}`, async t => {
    t.strictSame(faults({ properties: { here: schema } }, { here: value }), { '/here': sentence })
  })

t.test('what is too much has a place of its own, written as a JSON pointer', async t => {
  t.strictSame(faults({ type: 'object', properties: {}, additionalProperties: false }, { 'a/b~c': 1 }), {
    '/a~1b~0c': 'It is not known here.',
  })
  t.strictSame(faults({ type: 'object', unevaluatedProperties: false }, { a: 1 }), { '/a': 'It is not known here.' })
})

t.test('of a condition only what follows from it is told', async t => {
  const schema = JSON.parse('{ "if": { "required": ["a"] }, "then": { "required": ["b"] } }')
  t.strictSame(faults(schema, { a: 1 }), { '/b': 'It is missing.' })
})

t.test('at most ten faults are told', async t => {
  t.equal(Object.keys(faults({ type: 'array', items: { type: 'string' } }, Array(1000).fill(1))).length, 10)
})

t.test('http and https URLs are URLs, and nothing else is', async t => {
  const url = { type: 'string', format: 'http-url' }
  for (const value of ['http://x', 'https://x.example:8080/a?b', 'HTTP://x'])
    t.strictSame(faults(url, value), {}, value)
  for (const value of ['', 'x', 'ftp://x', 'javascript:alert(1)', 'http://', 'http:x', '//x', 'file:///etc/passwd'])
    t.strictSame(Object.keys(faults(url, value)), [''], value)
})

t.test('schemas refer to shared ones by their id', async t => {
  const { compile } = createSchemas([{ $id: 'urn:test:shared', $defs: { Name: { type: 'string' } } }])
  const parse = compile({ $ref: 'urn:test:shared#/$defs/Name' }, 'name')
  t.equal(parse('x'), 'x')
  t.throws(() => parse(7), { message: 'The name is not valid. It must be a string, but is a number.' })
})
