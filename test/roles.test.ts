import t, { type Test } from 'tap'
import type { Config } from '../src/config/index.ts'
import { createConnector } from '../src/connector.ts'
import { testConfig } from './support/config.ts'
import { testDatabaseUrl } from './support/database.ts'

/** A process of that role, with what it says when it starts. */
async function startProcess(t: Test, role: Config['role']) {
  const lines: string[] = []
  const connector = await createConnector(
    testConfig({ id: 'us', database: await testDatabaseUrl(t) }, { role, log: { level: 'info', format: 'json' } }),
    { log: { write: (line: string) => lines.push(line) } },
  )
  t.teardown(() => connector.stop())
  const urls = await connector.start()
  const told = lines.map(line => JSON.parse(line)).find(({ msg }) => msg === 'connector started')
  return { urls, told }
}

const status = (url: string, headers = {}) =>
  fetch(url, { headers }).then(
    answer => answer.status,
    () => 'nobody',
  )

const key = { 'x-api-key': 'a key for the tests' }

// biome-ignore format: a table is read by its columns
const expected = [
  // role        peers    operators   data     tells that it listens at
  [ 'all',       200,     200,        401,     ['data', 'management', 'protocol'] ],
  [ 'control',   200,     200,        'nobody', ['management', 'protocol']        ],
  [ 'data',      'nobody', 404,       401,     ['data', 'management']             ],
  [ 'issuer',    404,     200,        'nobody', ['management', 'protocol']        ],
] as const

for (const [role, peers, operators, data, tells] of expected)
  t.test(`what a process of the role ${role} answers, and that it can be watched`, async t => {
    const { urls, told } = await startProcess(t, role)
    t.equal(await status(`${urls.protocol}/.well-known/dspace-version`), peers)
    t.equal(await status(`${urls.management}/management/v1/negotiations`, key), operators)
    t.equal(await status(`${urls.data}/public`), data)
    t.equal(await status(`${urls.management}/health/ready`), 200)
    t.equal(await status(`${urls.management}/metrics`), 200)
    t.same(
      ['data', 'management', 'protocol'].filter(name => name in told),
      tells,
    )
  })
