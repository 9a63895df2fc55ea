import { readFile } from 'node:fs/promises'
import t from 'tap'
import { createConnector } from '../../src/connector.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'

const page = new URL('../../docs/reference/edc-api.md', import.meta.url)
/** What the EDC has, too. Version 4 by its former name is no other. */
const EDC = / \/management\/(?:v[34]|v1alpha)\/| \/api\/check\//

const tests = new URL('../', import.meta.url)

/** One route of the EDC's, as the manual has it: with the test that proves it, or with the reason why it is not there. */
interface Row {
  readonly route: string
  readonly file: string | undefined
  readonly rest: string
}

async function readTable(): Promise<readonly Row[]> {
  const lines = (await readFile(page, 'utf8')).split('\n').filter(line => /^\| `(GET|POST|PUT|DELETE) \//.test(line))
  return lines.map(line => {
    const [, route = '', where = '', rest = ''] = line.split('|').map(cell => cell.trim())
    return { route: route.replaceAll('`', ''), file: /^`(.+)`$/.exec(where)?.[1], rest }
  })
}

/** What the connector's routers answer of it. */
async function readRoutes(t: Parameters<typeof testDatabaseUrl>[0]): Promise<readonly string[]> {
  const connector = await createConnector(testConfig({ id: 'did:web:us', database: await testDatabaseUrl(t) }))
  t.teardown(() => connector.stop())
  return connector.endpoints.map(({ method, path }) => `${method} ${path}`).filter(route => EDC.test(route))
}

t.test('the manual names every route of the EDC that is answered, each once, and no other as answered', async t => {
  const rows = await readTable()
  const answered = rows.filter(({ file }) => file !== undefined).map(({ route }) => route)
  t.strictSame(answered.toSorted(), (await readRoutes(t)).toSorted())
  t.equal(new Set(rows.map(({ route }) => route)).size, rows.length)
})

t.test('every route that is answered is proved by a test that there is', async t => {
  for (const { route, file, rest } of await readTable()) {
    if (file === undefined) continue
    const text = await readFile(new URL(file, tests), 'utf8').catch(() => '')
    t.ok(text.includes(`t.test('${rest}'`), `${route}: ${file}, ${rest}`)
    t.match(text, lastWord(route), `${file} asks for ${route}`)
  }
})

/** What of a route a test that uses it must have in its text: the last part of its path that is no id. */
const lastWord = (route: string): string => route.split('/').findLast(part => !part.startsWith(':')) ?? route

t.test('version 4 is answered by its former name, too, route by route', async t => {
  const connector = await createConnector(testConfig({ id: 'did:web:us', database: await testDatabaseUrl(t) }))
  t.teardown(() => connector.stop())
  const routesOf = (prefix: string) =>
    connector.endpoints.flatMap(({ method, path }) =>
      path.startsWith(`${prefix}/`) ? [`${method} ${path.slice(prefix.length)}`] : [],
    )
  t.ok(routesOf('/management/v4').length > 40)
  t.strictSame(routesOf('/management/v4beta'), routesOf('/management/v4'))
})

t.test('every route that is not answered says why', async t => {
  for (const { route, file, rest } of await readTable()) if (file === undefined) t.match(rest, /\w+ \w+/, route)
})
