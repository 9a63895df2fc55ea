import { join } from 'node:path'
import t from 'tap'
import { hashToken } from '../../src/config/index.ts'
import { apiKey, least, load, refusal } from './loading.ts'

t.test('the environment wins over the file', async t => {
  const config = await load(t, `${least}protocol: { port: 1, host: localhost }`, {
    KONTOR_PROTOCOL_PORT: '2',
    KONTOR_NETWORK_ALLOW: 'localhost, 10.0.0.0/8',
    KONTOR_IDENTITY_PARTICIPANTS: `[{ "id": "them", "accepts": "sha256:${hashToken('x')}", "presents": "ours" }]`,
    KONTOR_DATA_FILES: 'served',
  })
  t.match(config.protocol, { port: 2, host: 'localhost' })
  t.same(config.network.allow, ['localhost', '10.0.0.0/8'])
  t.equal(config.identity.participants[0]?.presents.reveal(), 'ours')
  t.equal(config.data.files, join(process.cwd(), 'served'), 'paths in variables start from the working directory')
})

t.test('an empty variable and an empty setting count as not set', async t => {
  const config = await load(t, `${least}protocol:\n  publicUrl:\ndata:\n`, { KONTOR_PROTOCOL_PORT: '' })
  t.equal(config.protocol.port, 8282)
  t.equal(config.protocol.publicUrl, undefined)
})

t.test('variables of others and of tests are left alone', async t => {
  const environment = { HOME: '/', KONTOR_TEST_DATABASE: 'x', KONTOR_CONFIG: '/elsewhere.yaml' }
  await t.resolves(load(t, least, environment))
})

t.test('a secret is given in one way only', async t => {
  const both = { KONTOR_MANAGEMENT_APIKEY: apiKey, KONTOR_MANAGEMENT_APIKEY_FILE: '/somewhere' }
  const { message } = await refusal(load(t, least, both))
  t.match(message, 'management.apiKey (KONTOR_MANAGEMENT_APIKEY_FILE) is given by KONTOR_MANAGEMENT_APIKEY as well')
})

t.test('an unknown variable is refused, and the nearest known one named', async t => {
  const near = await refusal(load(t, least, { KONTOR_PROTOCOL_PROT: '1' }))
  t.match(near.message, 'KONTOR_PROTOCOL_PROT is no setting; did you mean KONTOR_PROTOCOL_PORT?')
  const far = await refusal(load(t, least, { KONTOR_X: 'hunter2' }))
  t.match(far.message, 'KONTOR_X is no setting; docs/reference/settings.md has all names.')
})

t.test('a wrong variable is named', async t => {
  const { message } = await refusal(load(t, least, { KONTOR_PROTOCOL_PORT: 'x', KONTOR_IDENTITY_PARTICIPANTS: '[' }))
  t.match(message, 'protocol.port (KONTOR_PROTOCOL_PORT) was given "x"; it must be a whole number from 0 to 65535.')
  t.match(message, 'identity.participants (KONTOR_IDENTITY_PARTICIPANTS) was given something else; it must be a list')
})
