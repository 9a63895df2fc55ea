import t from 'tap'
import { badGateway, invalid } from '../../src/errors.ts'
import { createEvents, createMetrics, type Events } from '../../src/telemetry/index.ts'
import { recorder } from './lines.ts'

/** What one event leaves behind: its lines in the log, and the metrics of a connector. */
async function trace(happen: (events: Events) => void) {
  const metrics = createMetrics()
  const { log, lines } = recorder()
  happen(createEvents(log, metrics))
  return { lines: lines(), text: (await metrics.render()).text }
}

const process = 'urn:uuid:1'
const received = {
  process,
  type: 'ContractRequestMessage',
  counterparty: 'them',
  result: 'acknowledged',
  ms: 20,
} as const
const sent = { ...received, attempt: 1 }

/** What happens, the level of its line, what the line says, and what is counted. */
// biome-ignore format: a table is read by its columns
const happenings: readonly (readonly [(events: Events) => void, string, string, string | undefined])[] = [
  [ e => e.messageReceived(received),                             'debug', 'message received',
    'kontor_messages_total{direction="in",type="ContractRequestMessage",result="acknowledged"} 1' ],
  [ e => e.messageReceived({ ...received, result: 'refused' }),   'warn',  'message received',
    'kontor_messages_total{direction="in",type="ContractRequestMessage",result="refused"} 1' ],
  [ e => e.messageSent(sent),                                     'debug', 'message sent',
    'kontor_messages_total{direction="out",type="ContractRequestMessage",result="acknowledged"} 1' ],
  [ e => e.messageSent({ ...sent, result: 'refused' }),           'warn',  'message sent',
    'kontor_message_seconds_sum{direction="out",type="ContractRequestMessage"} 0.02' ],
  [ e => e.messageSent({ ...sent, result: 'failed' }),            'warn',  'message sent',
    'kontor_messages_total{direction="out",type="ContractRequestMessage",result="failed"} 1' ],
  [ e => e.stateChanged({ kind: 'negotiation', process, role: 'consumer', from: null, to: 'REQUESTED', by: 'us' }),
                                                                  'info',  'state changed', undefined ],
  [ e => e.decided({ kind: 'transfer', process, by: 'policy', opinion: 'refuse', reasons: ['It is over.'] }),
                                                                  'info',  'decided', undefined ],
  [ e => e.gaveUp({ process, type: 'TransferStartMessage', reason: 'nobody answers' }),
                                                                  'warn',  'delivery given up',
    'kontor_messages_total{direction="out",type="TransferStartMessage",result="given-up"} 1' ],
  [ e => e.dataServed({ flow: process, format: 'HttpData-PULL', status: 206, bytes: 1024, ms: 3 }),
                                                                  'debug', 'data served',
    'kontor_dataplane_bytes_total{format="HttpData-PULL"} 1024' ],
  [ e => e.dataRefused({ flow: process, reason: 'suspended' }),   'warn',  'data refused',
    'kontor_dataplane_requests_total{format="unknown",status="403"} 1' ],
  [ e => e.dataRefused({ flow: process, format: 'HttpData-PULL', status: 401, reason: 'expired' }),
                                                                  'warn',  'data refused',
    'kontor_dataplane_requests_total{format="HttpData-PULL",status="401"} 1' ],
  [ e => e.unexpected({ where: 'outbox', error: new Error('x'), process }),
                                                                  'error', 'unexpected error', undefined ],
]

t.test('an event of a process is one line with the id of the process, and is counted', async t => {
  for (const [happen, level, msg, counted] of happenings) {
    const { lines, text } = await trace(happen)
    t.match(lines, [{ level, msg, process }])
    t.equal(lines.length, 1)
    if (counted !== undefined) t.match(text, `${counted}\n`)
  }
})

t.test('a job that failed is told with what it was about, and counted by its kind', async t => {
  const failed = { kind: 'issuance', key: 'one', queue: 'them', attempt: 1, again: 250 }
  const { lines, text } = await trace(events => events.jobFailed({ ...failed, error: badGateway('Nobody answers.') }))
  t.match(lines, [{ level: 'warn', msg: 'job failed, to be tried again', ...failed, error: { code: 'bad-gateway' } }])
  t.match(text, 'kontor_job_failures_total{kind="issuance"} 1\n')
})

t.test('a peer that is turned down is told with the whole reason, and counted by its code', async t => {
  const rejected = { door: 'dsp', reason: 'token-replayed', detail: 'The jti of the ID token has been used before.' }
  const { lines, text } = await trace(events => events.identityRejected(rejected))
  t.match(lines, [{ level: 'warn', msg: 'identity rejected', ...rejected }])
  t.match(text, 'kontor_identity_rejections_total{door="dsp",reason="token-replayed"} 1\n')
})

t.test('what happens to credentials that we issue is told', async t => {
  const event = { what: 'revoked', holder: 'did:web:them', request: 'one', credential: 'urn:uuid:1', by: 'operator' }
  const { lines } = await trace(events => events.issuance(event))
  t.match(lines, [{ level: 'info', msg: 'issuance', ...event }])
})

t.test('what happens to our credentials is told; that they are presented only to who searches', async t => {
  const { lines } = await trace(events => {
    events.wallet({ what: 'stored', peer: 'did:web:issuer', types: ['MembershipCredential'] })
    events.wallet({ what: 'presented', peer: 'did:web:peer', types: ['MembershipCredential'] })
  })
  t.match(lines, [
    { level: 'info', msg: 'wallet', what: 'stored', peer: 'did:web:issuer', types: ['MembershipCredential'] },
    { level: 'debug', msg: 'wallet', what: 'presented' },
  ])
})

t.test('the connector tells where it listens, and that it stops', async t => {
  const { lines } = await trace(events => {
    events.connectorStarted({ participant: 'us', protocol: 'http://0.0.0.0:8282', ms: 400 })
    events.connectorStopping()
    events.connectorStopped()
  })
  t.match(lines, [
    { level: 'info', msg: 'connector started', participant: 'us', protocol: 'http://0.0.0.0:8282' },
    { level: 'info', msg: 'connector stopping' },
    { level: 'info', msg: 'connector stopped' },
  ])
})

t.test('a request is logged without its query and counted by a few methods', async t => {
  const request = { plane: 'protocol', path: '/dsp?token=hunter2', status: 404, ms: 1 } as const
  const { lines, text } = await trace(events => {
    events.requestServed({ ...request, method: 'GET' })
    events.requestServed({ ...request, method: 'MKCOL' })
    events.requestServed({ ...request, method: 'LOCK' })
  })
  t.match(lines[0], { level: 'debug', plane: 'protocol', method: 'GET', path: /^\/dsp$/, status: 404 })
  t.match(text, 'kontor_http_requests_total{plane="protocol",method="GET",status="404"} 1\n')
  t.match(text, 'kontor_http_requests_total{plane="protocol",method="other",status="404"} 2\n')
})

t.test('a refusal is told with its reason, but without a stack', async t => {
  const refused = invalid('It is broken.', { faults: [{ path: '/a', message: 'must be a text' }] })
  const unreachable = badGateway('Nobody answers.', { cause: new Error('connect ECONNREFUSED') })
  const { lines } = await trace(events => {
    events.messageReceived({ ...received, result: 'refused', error: refused })
    events.messageSent({ ...sent, result: 'failed', error: unreachable })
  })
  t.match(lines[0]?.error, { code: 'invalid', message: 'It is broken.', faults: [{ path: '/a' }] })
  t.match(lines[1]?.error, { code: 'bad-gateway', cause: 'connect ECONNREFUSED' })
  t.notMatch(JSON.stringify(lines), '"stack"')
})

t.test('an error nobody expected is told with its stack', async t => {
  const { lines } = await trace(events => events.unexpected({ where: 'outbox', error: new Error('x') }))
  t.match(lines[0], { where: 'outbox', error: { message: 'x', stack: /at / } })
})
