import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { diffOf, summaryOf } from '../../src/cli/apply/diff.ts'
import { gather } from '../../src/cli/apply/documents.ts'
import { KEY, startApi } from '../management/api.ts'
import { kontor } from './in-process.ts'

const policy = `
- '@type': PolicyDefinition
  '@id': use
  policy: { '@context': http://www.w3.org/ns/odrl.jsonld, '@type': Set, permission: [{ action: use }] }
`
const wind = (name: string) => `
'@type': Asset
'@id': wind
properties: { name: ${name} }
dataAddress: { type: HttpData, baseUrl: https://data.example/wind.csv }
`
const offer = {
  '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' },
  '@graph': [
    {
      '@type': 'ContractDefinition',
      '@id': 'public',
      accessPolicyId: 'use',
      contractPolicyId: 'use',
      assetsSelector: [],
    },
  ],
}

/** A folder of files, and `kontor apply` at a connector. */
async function start(t: Test) {
  const { catalog, port } = await startApi(t)
  const folder = t.testdir({
    'policy.yaml': policy,
    'wind.yml': wind('Wind'),
    sub: { 'offer.json': JSON.stringify(offer) },
    'README.md': '# no object',
  })
  const environment = { HOME: '/nowhere', KONTOR_KEY: KEY, KONTOR_URL: `http://127.0.0.1:${port}` }
  return { catalog, folder, apply: (...words: string[]) => kontor(t, ['apply', ...words], environment) }
}

t.test('a folder is applied as one document, and a second time changes nothing', async t => {
  const { catalog, folder, apply } = await start(t)
  const dry = await apply('-f', folder, '--dry-run')
  t.match(dry, {
    code: 0,
    stdout: '+ PolicyDefinition use\n+ ContractDefinition public\n+ Asset wind\n3 to be created.\n',
  })
  t.notOk(await catalog.datasets.find('wind'), 'a dry run keeps nothing')
  t.match((await apply('-f', folder)).stdout, /^3 created\.$/m)
  t.ok(await catalog.datasets.find('wind'))
  t.equal((await apply('-f', folder)).stdout, '3 left as they are.\n')
})

t.test('what changes is told field by field, and what is pruned', async t => {
  const { catalog, folder, apply } = await start(t)
  await apply('-f', folder)
  await writeFile(join(folder, 'wind.yml'), wind('More wind'))
  const { stdout } = await apply('-f', folder)
  t.match(
    stdout,
    /^~ Asset wind\n- {3}\/properties\/name: Wind\n\+ {3}\/properties\/name: More wind\n1 changed, 2 left as they are\.\n$/,
  )
  const only = ['-f', join(folder, 'policy.yaml'), '--prune']
  t.match((await apply(...only, '--dry-run', '-o', 'json')).stdout, /"action": "delete"/)
  t.match((await apply(...only)).stdout, /^- Asset wind$/m)
  t.notOk(await catalog.datasets.find('wind'))
})

t.test('what is wrong is told by its file, and nothing is changed', async t => {
  const { catalog, folder, apply } = await start(t)
  await writeFile(join(folder, 'wind.yml'), wind('Wind').replace('baseUrl', 'baseURL'))
  const { code, stderr } = await apply('-f', folder)
  t.equal(code, 1)
  t.match(stderr, /wind\.yml, Asset wind/)
  t.notOk(await catalog.policies.find('use'))
  await writeFile(join(folder, 'wind.yml'), '{ broken')
  t.match((await apply('-f', folder)).stderr, /wind\.yml is neither JSON nor YAML/)
  await writeFile(join(folder, 'wind.yml'), '- 42')
  t.match((await apply('-f', folder)).stderr, /wind\.yml must hold objects with an @type/)
  t.match((await apply('-f', '/nowhere')).stderr, /\/nowhere cannot be read/)
  t.equal((await apply()).code, 2)
})

t.test('files with several documents, lists, single objects and contexts become one graph', async t => {
  const { document, placeOf } = gather([
    { name: 'a', text: "'@context': { x: y }\n'@graph': [{ '@type': A, '@id': 1 }, { '@context': z, '@type': B }]" },
    { name: 'b', text: "{ '@type': C }\n---\n{ '@type': D }\n---\n" },
  ])
  t.strictSame(document, {
    '@graph': [
      { '@context': { x: 'y' }, '@type': 'A', '@id': 1 },
      { '@context': 'z', '@type': 'B' },
      { '@type': 'C' },
      { '@type': 'D' },
    ],
  })
  t.same(placeOf({ path: '/@graph/0/policy', message: 'm' }), { path: 'a, A 1 at /policy', message: 'm' })
  t.same(placeOf({ path: '/@graph/3', message: 'm' }), { path: 'b, D', message: 'm' })
  t.same(placeOf({ path: '/@graph/9', message: 'm' }), { path: '/@graph/9', message: 'm' })
})

t.test('a terminal gets colours, and values that are no text are told on one line', async t => {
  const change = {
    kind: 'Asset',
    id: 'wind',
    action: 'change',
    fields: [{ path: '/a', before: { b: [1] }, after: null }],
  } as const
  const applied = { dryRun: false, changes: [change] }
  const plain = { color: false, clean: (text: string) => text }
  t.equal(diffOf(applied, plain), '~ Asset wind\n-   /a: { b: [ 1 ] }\n')
  t.equal(
    diffOf(applied, { ...plain, color: true }),
    '\u001b[33m~ Asset wind\u001b[39m\n\u001b[31m-   /a: { b: [ 1 ] }\u001b[39m\n',
  )
  t.equal(summaryOf({ dryRun: true, changes: [] }), 'There is nothing to apply.')
})

t.test('the example that the README starts with is applied as it stands', async t => {
  const { catalog, apply } = await start(t)
  const example = fileURLToPath(new URL('../../examples/catalogue.yaml', import.meta.url))
  t.match(await apply('-f', example), { code: 0, stdout: /^3 created\.$/m })
  t.ok(await catalog.datasets.find('wind'))
})
