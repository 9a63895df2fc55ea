import { join } from 'node:path'
import t from 'tap'
import { hashToken, loadConfig, standardDcp } from '../../src/config/index.ts'
import { apiKey, least, load, refusal } from './loading.ts'

t.test('the participant id is all that must be given', async t => {
  const config = await load(t, `participant: { id: 'did:web:us.example' }`)
  const key = config.management.apiKey
  t.match(config, {
    participant: { id: 'did:web:us.example' },
    protocol: { host: '0.0.0.0', port: 8282, publicUrl: undefined },
    management: { host: '127.0.0.1', port: 8181 },
    data: { host: '0.0.0.0', port: 8383, publicUrl: undefined, tokenLifetime: 600_000, files: undefined },
    database: { url: undefined, connections: 16 },
    directory: join(t.testdirName, 'kontor-data'),
    identity: { mode: 'tokens', participants: [] },
    keys: { passphrase: undefined, keeper: 'database', algorithm: 'ES256' },
    kms: { url: undefined, wrappingKey: undefined },
    vault: { url: undefined, mount: 'transit' },
    negotiation: { counterOffers: 'ask', webhook: undefined, deciders: [] },
    network: { allow: [], timeout: 10_000 },
    delivery: { giveUpAfter: 86_400_000 },
    contexts: { directory: undefined },
    log: { level: 'info', format: 'json' },
  })
  t.same(config.identity.dcp, standardDcp)
  t.ok(key.reveal().length >= 32)
  t.ok((config.keys.secret?.reveal().length ?? 0) >= 43)
})

t.test('every setting can be given in the file', async t => {
  const config = await load(
    t,
    `
    participant: { id: 'did:web:us.example' }
    protocol: { host: '::', port: 1, publicUrl: 'https://us.example/' }
    management: { host: localhost, port: '2', apiKey: ${apiKey} }
    data: { host: 10.0.0.1, port: 0, publicUrl: 'http://data.us.example:8080', tokenLifetime: 500ms, files: ./files }
    database: { url: 'postgres://us:pass@db/kontor', connections: 3 }
    directory: /var/lib/kontor
    identity:
      participants:
        - id: did:web:them.example
          accepts: sha256:${hashToken('theirs').toUpperCase()}
          presents: ours
          groups: [partners]
        - { id: other, accepts: 'sha256:${hashToken('others')}', presents: ours-too, scheme: none }
    negotiation: { counterOffers: webhook, webhook: 'https://desk.us.example/offers?a=b', deciders: [./own.js, '@us/deciders'] }
    network: { allow: [Localhost, 10.0.0.0/8, 'fd00::/8', '::1'], timeout: 30s }
    delivery: { giveUpAfter: 5d }
    contexts: { directory: ../contexts }
    log: { level: debug, format: pretty }`,
  )
  t.match(config, {
    protocol: { host: '::', port: 1, publicUrl: 'https://us.example' },
    management: { host: 'localhost', port: 2 },
    data: {
      port: 0,
      publicUrl: 'http://data.us.example:8080',
      tokenLifetime: 500,
      files: join(t.testdirName, 'files'),
    },
    database: { connections: 3 },
    directory: '/var/lib/kontor',
    identity: { participants: [{ id: 'did:web:them.example', accepts: hashToken('theirs'), groups: ['partners'] }] },
    negotiation: { counterOffers: 'webhook', webhook: 'https://desk.us.example/offers?a=b' },
    network: { allow: ['localhost', '10.0.0.0/8', 'fd00::/8', '::1'], timeout: 30_000 },
    delivery: { giveUpAfter: 432_000_000 },
    contexts: { directory: join(t.testdirName, '../contexts') },
    log: { level: 'debug', format: 'pretty' },
  })
  t.equal(config.management.apiKey.reveal(), apiKey)
  t.equal(config.database.url?.reveal(), 'postgres://us:pass@db/kontor')
  t.equal(config.identity.participants[0]?.presents.reveal(), 'ours')
  t.equal(config.identity.participants[0]?.scheme, 'bearer')
  t.match(config.identity.participants[1], { scheme: 'none', groups: [] })
  t.match(config.negotiation.deciders[0], /^file:\/\/.*own\.js$/)
  t.equal(config.negotiation.deciders[1], '@us/deciders')
})

t.test('KONTOR_CONFIG names the file', async t => {
  const file = join(t.testdir({ 'other.yaml': least }), 'other.yaml')
  const config = await loadConfig({ environment: { KONTOR_CONFIG: file } })
  t.equal(config.participant.id, 'did:web:us.example')
})

t.test('kontor.yaml in the working directory is the file that nobody need name', async t => {
  t.chdir(t.testdir({ 'kontor.yaml': least }))
  const config = await loadConfig({ environment: {} })
  t.match(config, { participant: { id: 'did:web:us.example' }, directory: join(process.cwd(), 'kontor-data') })
})

t.test('without any file the environment is enough', async t => {
  t.chdir(t.testdir({}))
  const environment = { KONTOR_PARTICIPANT_ID: 'us', KONTOR_DIRECTORY: 'kept' }
  const config = await loadConfig({ environment })
  t.match(config, { participant: { id: 'us' }, directory: join(process.cwd(), 'kept') })
})

t.test('a file that was asked for must be there', async t => {
  const error = await refusal(loadConfig({ file: join(t.testdir({}), 'none.yaml'), environment: {} }))
  t.equal(error.code, 'configuration')
  t.match(error.message, /none\.yaml cannot be read \(ENOENT\)/)
})

t.test('nothing in the configuration can be changed', async t => {
  const participants = `identity: { participants: [{ id: a, accepts: 'sha256:${hashToken('a')}', presents: b }] }`
  const config = await load(t, least + participants)
  const unfrozen = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !(Object.isFrozen(value) && !Object.values(value).some(unfrozen))
  t.notOk(unfrozen(config))
})

t.test('printing a configuration shows no secret', async t => {
  const config = await load(t, least)
  t.notMatch(JSON.stringify(config), apiKey)
  t.notMatch(`${config.management.apiKey}`, apiKey)
  t.match(JSON.stringify(config), '[secret]')
})

t.test('a required setting that is missing is named', async t => {
  const { message } = await refusal(load(t, ''))
  t.match(message, 'participant.id is missing; it must be a text of one line')
})

t.test('all mistakes are told at once', async t => {
  const error = await refusal(load(t, 'log: { level: loud }\nprotocl: 1', { KONTOR_DATA_PORT: 'x', KONTOR_NO: '1' }))
  t.same(error.faults.map(({ path }) => path).sort(), [
    'KONTOR_NO',
    'data.port',
    'log.level',
    'participant.id',
    'protocl',
  ])
  t.match(error.message, /^The configuration has 5 mistakes:\n {2}- /)
})
