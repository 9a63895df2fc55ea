import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createLoader } from '../../src/jsonld/loader.ts'

const odrl = 'http://www.w3.org/ns/odrl.jsonld'
const own = 'https://example.org/own.jsonld'

/** A folder of an operator's, with these files. */
function folder(t: Test, files: Record<string, unknown>): string {
  const directory = t.testdir({ theirs: {} })
  mkdirSync(join(directory, 'theirs'), { recursive: true })
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(directory, 'theirs', name), typeof content === 'string' ? content : JSON.stringify(content))
  return join(directory, 'theirs')
}

t.test('the built-in contexts are there by their IRIs', async t => {
  const load = createLoader()
  for (const iri of [
    'https://w3id.org/dspace/2025/1/context.jsonld',
    'https://w3id.org/dspace/2025/1/odrl-profile.jsonld',
    'https://w3id.org/edc/dspace/v0.0.1',
    'https://w3id.org/edc/connector/management/v0.0.1',
    odrl,
  ])
    t.match(await load(iri), { documentUrl: iri, document: { '@context': Object } })
})

t.test('an unknown context is refused with its IRI and the way to mend it', async t => {
  await t.rejects(createLoader()('https://example.org/x'), {
    code: 'unknown-context',
    status: 400,
    message:
      'The JSON-LD context "https://example.org/x" is not known here, and contexts are never fetched; ' +
      'add it to the folder named by the setting contexts.directory.',
  })
})

t.test('a very long IRI is not repeated in full', async t => {
  await t.rejects(createLoader()('x'.repeat(10_000)), { message: /"x{200}…"/ })
})

t.test('whoever loads a document may change it without changing it for others', async t => {
  const load = createLoader()
  const { document } = await load(odrl)
  for (const key of Object.keys(document)) Reflect.deleteProperty(document, key)
  t.match((await load(odrl)).document, { '@context': { use: 'odrl:use' } })
})

t.test('an operator adds contexts of their own', async t => {
  const directory = folder(t, { 'index.json': { [own]: 'own.jsonld' }, 'own.jsonld': { '@context': { a: 'ex:a' } } })
  t.strictSame(await createLoader(directory)(own), {
    contextUrl: undefined,
    documentUrl: own,
    document: { '@context': { a: 'ex:a' } },
  })
})

t.test('what a context imports is put in its place, and its own terms go before it', async t => {
  const other = 'https://example.org/other.jsonld'
  const scoped = { '@import': other, '@propagate': true, b: 'ex:mine' }
  const directory = folder(t, {
    'index.json': { [own]: 'own.jsonld', [other]: 'other.jsonld' },
    'own.jsonld': { '@context': [{ T: { '@id': 'ex:T', '@context': scoped } }] },
    'other.jsonld': { '@context': { a: 'ex:a', b: 'ex:b' } },
  })
  t.strictSame((await createLoader(directory)(own)).document, {
    '@context': [{ T: { '@id': 'ex:T', '@context': { a: 'ex:a', b: 'ex:mine', '@propagate': true } } }],
  })
})

const wrong: Record<string, [files: Record<string, unknown>, message: RegExp]> = {
  'has no index': [{}, /index\.json cannot be read as JSON/],
  'has an index that is no JSON': [{ 'index.json': '{' }, /index\.json cannot be read as JSON/],
  'has an index that is no object': [{ 'index.json': [] }, /index\.json must hold a JSON object/],
  'names no file': [{ 'index.json': { [own]: 5 } }, /must map IRIs to names of files/],
  'names a file that is not there': [{ 'index.json': { [own]: 'own.jsonld' } }, /own\.jsonld cannot be read/],
  'names a file outside of it': [{ 'index.json': { [own]: '../own.jsonld' } }, /\.\.\/own\.jsonld is outside of/],
  'names an absolute file': [{ 'index.json': { [own]: '/etc/hostname' } }, /cannot be read as JSON/],
  'replaces a built-in context': [{ 'index.json': { [odrl]: 'index.json' } }, /odrl\.jsonld is built in/],
  'imports what is not there': [
    { 'index.json': { [own]: 'own.jsonld' }, 'own.jsonld': { '@context': { '@import': 'https://example.org/x' } } },
    /https:\/\/example\.org\/x is imported, but is no single known context/,
  ],
}

for (const [what, [files, message]] of Object.entries(wrong))
  t.test(`a folder that ${what} ends the start with a sentence that names the setting`, async t => {
    const directory = folder(t, files)
    t.throws(() => createLoader(directory), {
      code: 'configuration',
      message: /^contexts\.directory is not in order: /,
    })
    t.throws(() => createLoader(directory), { message })
  })
