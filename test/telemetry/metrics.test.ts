import t from 'tap'
import { createMetrics } from '../../src/telemetry/index.ts'

t.test('what was counted is in the text', async t => {
  const metrics = createMetrics()
  const labels = { direction: 'in', type: 'ContractRequestMessage', result: 'acknowledged' }
  metrics.count('kontor_messages_total', labels)
  metrics.count('kontor_messages_total', labels)
  metrics.count('kontor_dataplane_bytes_total', { format: 'HttpData-PULL' }, 1024)
  metrics.took('kontor_message_seconds', { direction: 'in', type: 'ContractRequestMessage' }, 0.02)

  const { contentType, text } = await metrics.render()
  t.match(contentType, 'text/plain; version=0.0.4')
  t.match(text, '# HELP kontor_messages_total Dataspace Protocol messages, in and out')
  t.match(text, 'kontor_messages_total{direction="in",type="ContractRequestMessage",result="acknowledged"} 2\n')
  t.match(text, 'kontor_dataplane_bytes_total{format="HttpData-PULL"} 1024\n')
  t.match(text, 'kontor_message_seconds_bucket{le="0.025",direction="in",type="ContractRequestMessage"} 1\n')
  t.match(text, 'kontor_message_seconds_bucket{le="0.01",direction="in",type="ContractRequestMessage"} 0\n')
})

t.test('the process is measured, too', async t => {
  const { text } = await createMetrics().render()
  t.match(text, /^process_resident_memory_bytes \d+$/m)
  t.match(text, /^nodejs_eventloop_lag_seconds /m)
})

t.test('gauges are read at every scrape', async t => {
  const metrics = createMetrics()
  let states = ['REQUESTED', 'AGREED']
  metrics.collect('kontor_outbox_depth', async () => [{ labels: {}, value: 7 }])
  metrics.collect('kontor_negotiations', async () =>
    states.map(state => ({ labels: { role: 'consumer', state }, value: 1 })),
  )
  const first = await metrics.render()
  t.match(first.text, /^kontor_outbox_depth 7$/m)
  t.match(first.text, 'kontor_negotiations{role="consumer",state="REQUESTED"} 1\n')

  states = ['AGREED']
  const second = await metrics.render()
  t.match(second.text, 'state="AGREED"} 1\n')
  t.notMatch(second.text, 'state="REQUESTED"', 'what is not mentioned any more is gone')
})

t.test('a gauge that nobody reads claims nothing', async t => {
  const { text } = await createMetrics().render()
  t.notMatch(text, /^kontor_outbox_depth /m)
})

t.test('a gauge that cannot be read is left out and counted, the others are there', async t => {
  const metrics = createMetrics()
  let broken = false
  metrics.collect('kontor_outbox_depth', async () => {
    if (broken) throw new Error('no database')
    return [{ labels: {}, value: 7 }]
  })
  metrics.collect('kontor_outbox_oldest_seconds', async () => [{ labels: {}, value: 3 }])
  await metrics.render()
  broken = true
  const { text } = await metrics.render()
  t.notMatch(text, /^kontor_outbox_depth /m)
  t.match(text, /^kontor_outbox_oldest_seconds 3$/m)
  t.match(text, 'kontor_scrape_failures_total{metric="kontor_outbox_depth"} 1\n')
})

t.test('two connectors in one process count apart', async t => {
  const [one, other] = [createMetrics(), createMetrics()]
  one.count('kontor_http_requests_total', { plane: 'data', method: 'GET', status: '200' })
  t.match((await one.render()).text, 'kontor_http_requests_total{')
  t.notMatch((await other.render()).text, 'kontor_http_requests_total{')
})
