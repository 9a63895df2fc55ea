import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { openApiPage } from '../../src/management/openapi/page/page.ts'
import type { Document } from '../../src/management/openapi/page/types.ts'
import { described } from '../support/described.ts'
import { startApi } from './api.ts'

/** A document of one operation, and what it says of itself. */
const documentOf = (operation: object = {}, schemas: Document['components']['schemas'] = {}): Document => ({
  info: { title: 'An API', version: '1', description: 'What it is.' },
  tags: [{ name: 'things', description: 'Things.' }],
  paths: {
    '/things/{id}': {
      post: { operationId: 'doThing', tags: ['things'], summary: 'Does a thing', responses: {}, ...operation },
    },
  },
  components: { securitySchemes: {}, responses: {}, schemas },
})

async function servedPage(t: Test) {
  const { port } = await startApi(t)
  const answer = await fetch(`http://127.0.0.1:${port}/management/docs`)
  return { port, answer, text: await answer.text() }
}

/** The text between tags, as a reader has it. */
const read = (html: string): string =>
  html
    .replace(/<(script|style)>.*?<\/\1>/gs, '')
    .replace(/<[^>]+>/g, '')
    .replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => characters[name] ?? '')

const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }

t.test('every operation is on the page, with its method, path, sentence and role', async t => {
  const { text, answer } = await servedPage(t)
  t.equal(answer.status, 200)
  t.match(answer.headers.get('content-type'), /^text\/html; charset=utf-8$/)
  for (const { id, method, path, operation } of described) {
    const article = text.split(`<article id="${id}" `)[1]?.split('</article>')[0]
    if (!t.ok(article, id) || article === undefined) continue
    const words = read(article)
    for (const word of [method, path.replace(/:(\w+)/g, '{$1}'), operation.summary.replaceAll('`', '')])
      t.ok(words.includes(word), `${id}: ${word}`)
    t.match(words, /role (read|steward|operator)|no key needed/, id)
  }
})

t.test('every link on the page leads to a place on it, and every place has a name of its own', async t => {
  const { text } = await servedPage(t)
  const places = [...text.matchAll(/ id="([^"]+)"/g)].map(([, place]) => place)
  t.equal(new Set(places).size, places.length)
  const links = new Set([...text.matchAll(/ href="#([^"]+)"/g)].map(([, place]) => place))
  t.ok(links.size > described.length)
  t.strictSame(
    [...links].filter(link => !places.includes(link)),
    [],
  )
})

t.test(
  'a browser runs nothing but the one script and the one style sheet that came from us, and loads nothing',
  async t => {
    const { text, answer } = await servedPage(t)
    const policy = answer.headers.get('content-security-policy') ?? ''
    t.match(policy, /^default-src 'none'; /)
    t.notMatch(policy, /unsafe|https?:|\*/)
    const inline = [...text.matchAll(/<(script|style)>(.*?)<\/\1>/gs)]
    t.strictSame(inline.map(([, tag = '']) => tag).toSorted(), ['script', 'style'])
    for (const [, tag = '', content = ''] of inline) {
      const digest = createHash('sha256').update(content).digest('base64')
      t.ok(policy.includes(`${tag}-src 'sha256-${digest}'`), tag)
    }
    t.notMatch(text, /<(script|style|link|img|iframe|object|form)\s|\s(on\w+|style|src)="/)
  },
)

t.test('whoever has the page is told that it is the same', async t => {
  const { port, answer } = await servedPage(t)
  const etag = answer.headers.get('etag') ?? ''
  const again = await fetch(`http://127.0.0.1:${port}/management/docs`, {
    headers: { 'cache-control': 'max-age=0', 'if-none-match': etag },
  })
  t.equal(again.status, 304)
  t.equal(await again.text(), '')
  const other = await fetch(`http://127.0.0.1:${port}/management/docs`, {
    headers: { 'cache-control': 'max-age=0', 'if-none-match': '"another"' },
  })
  t.equal(other.status, 200)
  await other.body?.cancel()
})

t.test('what looks like HTML is shown, and is none', async t => {
  const evil = `<script>alert(1)</script>"'&<img src=x onerror=alert(2)>`
  const property = { type: 'string', description: evil, pattern: evil, enum: [evil] }
  const operation = {
    summary: evil,
    description: `${evil} \`${evil}\``,
    'x-role': evil,
    parameters: [{ name: evil, in: 'query', description: evil, schema: property }],
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: { type: 'object', properties: { [evil]: property } }, example: { evil } },
      },
    },
    responses: { 200: { description: evil } },
  }
  const page = openApiPage(documentOf(operation))
  t.notOk(page.includes('<script>alert'))
  t.notOk(page.includes('<img'))
  t.ok(read(page).split(evil).length > 6)
})

t.test('a schema that leads to itself comes to an end', async t => {
  const node = {
    type: 'object',
    properties: { name: { type: 'string' }, below: { $ref: '#/components/schemas/Node' } },
  }
  const responses = {
    200: { description: 'Done.', content: { 'application/json': { schema: { $ref: '#/components/schemas/Node' } } } },
  }
  const page = openApiPage(documentOf({ responses }, { Node: node }))
  const [, article = ''] = page.split('<article id="doThing"')
  t.equal(article.split('</article>')[0]?.split('<code>name</code>').length, 3)
  t.match(page, '<a href="#schema-Node">Node</a>')
})

t.test('the line for a shell says the path, the key and the example, whatever quotes are in it', async t => {
  const requestBody = {
    required: true,
    content: { 'application/json': { schema: { type: 'object' }, example: { reason: "it's over" } } },
  }
  const page = read(openApiPage(documentOf({ requestBody, 'x-role': 'steward' })))
  t.ok(
    page.includes(`curl -X POST "$KONTOR_URL/things/$ID" \\
  -H "x-api-key: $KONTOR_KEY" \\
  -H 'content-type: application/json' \\
  --data-binary '{"reason":"it'\\''s over"}'`),
  )
})
