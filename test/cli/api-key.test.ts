import t from 'tap'
import { startApi } from '../management/api.ts'
import { runCommand } from './command.ts'

t.test('kontor api-key makes a key that works, lists it, and revokes it', async t => {
  const { port } = await startApi(t)
  const url = `http://127.0.0.1:${port}`
  const run = (...words: string[]) =>
    runCommand(t, ['api-key', ...words], { KONTOR_URL: url, KONTOR_KEY: 'the-key-of-the-management-api' })
  const asks = (key: string) => fetch(`${url}/management/v1/negotiations`, { headers: { 'x-api-key': key } })

  const made = await run('create', 'dashboard', '--role', 'read', '--expires', '2099-01-01T00:00:00Z')
  const [key = ''] = made.stdout.split('\n')
  t.match(made, { code: 0, stdout: /note it now/ })
  t.equal((await asks(key)).status, 200)

  const [listed] = JSON.parse((await run('list', '-o', 'json')).stdout)
  t.match(listed, { name: 'dashboard', role: 'read', expiresAt: '2099-01-01T00:00:00.000Z' })
  t.match(await run('revoke', listed.id), { code: 0, stdout: /dashboard/ })
  t.equal((await asks(key)).status, 401)
  t.match(await run('revoke', listed.id), { code: 1, stderr: /revoked already/ })
  t.match(await run('create', 'x'), { code: 2, stderr: /--role/ })
})
