import t, { type Test } from 'tap'
import { healthRoutes } from '../src/health-routes.ts'
import { createServer } from '../src/http/index.ts'
import { testDatabase } from './support/database.ts'

/** The health endpoints of a connector, before a database that can be taken away from it. */
async function startHealth(t: Test) {
  const db = await testDatabase(t)
  let there = true
  const query: typeof db.query = async (text, values) => {
    if (!there) throw new Error('connection refused')
    return db.query(text, values)
  }
  const listener = { host: '127.0.0.1', port: 0 }
  const server = createServer({ name: 'management', listener, unexpected: error => t.fail(String(error)) })
  const metrics = { render: async () => ({ contentType: 'text/plain', text: 'kontor_up 1' }) }
  server.use(healthRoutes({ db: { ...db, query }, metrics }).routes())
  const { port } = await server.start()
  t.teardown(() => server.stop(0))
  return {
    takeDatabase() {
      there = false
    },
    get: async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`)
      return { status: response.status, body: await response.json() }
    },
  }
}

t.test('programs that know the EDC are told how we are in its words', async t => {
  const { get } = await startHealth(t)
  for (const check of ['health', 'readiness', 'startup'])
    t.strictSame(await get(`/api/check/${check}`), {
      status: 200,
      body: { componentResults: [{ component: 'database', isHealthy: true, failure: null }], isSystemHealthy: true },
    })
})

t.test('without its database a connector lives, and is not ready', async t => {
  const { get, takeDatabase } = await startHealth(t)
  takeDatabase()
  t.match(await get('/api/check/liveness'), { status: 200, body: { isSystemHealthy: true } })
  for (const check of ['health', 'readiness', 'startup'])
    t.match(await get(`/api/check/${check}`), {
      status: 503,
      body: {
        isSystemHealthy: false,
        componentResults: [{ isHealthy: false, failure: { messages: ['the database does not answer'] } }],
      },
    })
  t.match(await get('/health/ready'), { status: 503, body: { status: 'down' } })
  t.match(await get('/health/live'), { status: 200 })
})
