import { readFileSync } from 'node:fs'
import jsonld from 'jsonld'
import t from 'tap'
import { createJsonLd, type JsonObject } from '../../../src/jsonld/index.ts'
import { hasSpec, readExamples, readSpec } from '../../support/spec.ts'

const dspContext = 'https://w3id.org/dspace/2025/1/context.jsonld'

const originals: Readonly<Record<string, string>> = {
  [dspContext]: 'context/dspace.jsonld',
  'https://w3id.org/dspace/2025/1/odrl-profile.jsonld': 'context/odrl.jsonld',
}

t.test('our contexts of the Dataspace Protocol define the same terms as the originals', async t => {
  if (!hasSpec(t, 'comparison of contexts')) return
  const folder = new URL('../../../contexts/', import.meta.url)
  const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  const index = read('index.json')
  for (const [iri, original] of Object.entries(originals)) t.same(read(index[iri]), readSpec(original), iri)
})

t.test('every example means the same in our context as in the original', async t => {
  if (!hasSpec(t, 'expansion of examples')) return
  const ours = createJsonLd()
  for (const { name, body } of readExamples().filter(({ body }) => '@context' in body)) {
    const expected = await expandByOriginals(body)
    t.ok(expected.length > 0, `${name} means something`)
    t.same(await ours.expand(body), expected, name)
    t.same(await ours.compact(expected, dspContext), { ...body, '@context': dspContext }, `${name} and back`)
  }
})

let calls = 0

/**
 * The `jsonld` package keeps what it learnt of a context, and mixes up those that import the same one. So the originals
 * go by names of their own, and look new in each call.
 */
async function expandByOriginals(body: object): Promise<readonly JsonObject[]> {
  calls++
  const renamed = (value: unknown) =>
    JSON.parse(JSON.stringify(value).replaceAll(/"(https:[^"]*\.jsonld)"/g, '"original-$1"'))
  const documentLoader = async (iri: string) => {
    const original = renamed(readSpec(originals[iri.replace('original-', '')] ?? iri))
    return { documentUrl: iri, document: { '@context': { ...original['@context'], [`call-${calls}`]: null } } }
  }
  return jsonld.expand(renamed(body), { documentLoader, base: null } as object)
}
