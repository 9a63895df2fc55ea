import { once } from 'node:events'
import { createServer } from 'node:http'
import t from 'tap'
import { runCommand, startCommand } from './command.ts'

t.test('a clearing house stands alone, tells where its services are, and ends well', async t => {
  const { child, ended, said } = await startCommand(t, ['lab', 'clearing-house', '--port', '0', '--algorithm', 'ES256'])
  let told = ''
  child.stdout.on('data', more => {
    told += more
  })
  await said('-----END CERTIFICATE-----')
  const registry = /^registry +(\S+)$/m.exec(told)?.[1]
  const response = await fetch(`${registry}/v2/configurations/credentials`)
  t.strictSame(await response.json(), { evsslonly: true })
  child.kill('SIGTERM')
  t.match(await ended, { code: 0, stderr: '' })
})

t.test('a port that is taken is named', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, stderr } = await runCommand(t, ['lab', 'clearing-house', '--port', String(port)])
  t.not(code, 0)
  t.match(stderr, `127.0.0.1:${port}`)
})
