import { readFileSync } from 'node:fs'
import t from 'tap'
import { loadConfig } from '../../src/config/index.ts'

const sample = new URL('../../examples/kontor.yaml', import.meta.url)
const environment = { KONTOR_MANAGEMENT_APIKEY: 'a-key-so-that-none-is-made' }

t.test('the sample configuration is one', async t => {
  const { participant, identity } = await loadConfig({ file: sample.pathname, environment })
  t.equal(participant.id, 'did:web:provider.example')
  t.strictSame(identity.participants, [])
})

t.test('what it proposes in comments is allowed as well', async t => {
  const whole = readFileSync(sample, 'utf8')
    .replace('participants: []', 'participants:')
    .replace(/^( *)# {1,2}( *(?:- )?\w+:.*| *\S+: .*)$/gm, '$1$2')
  const directory = t.testdir({
    'kontor.yaml': whole.replace('/run/secrets/management-key', 'management.key'),
    'management.key': 'a-key-of-the-management-api\n',
    'consumer.token': 'a-token\n',
  })
  const config = await loadConfig({
    file: `${directory}/kontor.yaml`,
    environment: { DATABASE_URL: 'postgres://kontor@localhost/kontor' },
  })
  t.equal(config.protocol.publicUrl, 'https://connector.provider.example')
  t.strictSame(
    config.identity.participants.map(({ groups }) => groups),
    [['energy-partners']],
  )
  t.equal(config.negotiation.webhook, 'https://decisions.provider.example/offers')
})
