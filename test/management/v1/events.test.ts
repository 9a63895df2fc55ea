import t, { type Test } from 'tap'
import { deleteEvents } from '../../../src/events/index.ts'
import { openEventSource } from '../../support/event-source.ts'
import { type Api, KEY, startApi } from '../api.ts'

const follow = (t: Test, api: Api, query = '', headers: Record<string, string> = {}) =>
  openEventSource(t, `http://127.0.0.1:${api.port}/management/v1/events${query}`, { 'x-api-key': KEY, ...headers })

const add = (api: Api, id: string) => api.catalog.policies.create({ id, policy: { permission: [{ action: 'use' }] } })
const subjects = (items: readonly { readonly subject: string }[]) => items.map(({ subject }) => subject)

t.test('whoever follows hears what happens from then on, as CloudEvents', async t => {
  const api = await startApi(t)
  await add(api, 'before')
  const source = await follow(t, api)
  t.match(source, { status: 200, headers: { 'content-type': /^text\/event-stream/, 'cache-control': 'no-store' } })
  await add(api, 'open')
  const [event] = await source.until(1)
  t.strictSame(
    { ...event, id: '', time: '' },
    {
      specversion: '1.0',
      id: '',
      source: 'us',
      type: 'dev.kontor.policy.created',
      subject: 'open',
      time: '',
      datacontenttype: 'application/json',
      dataschema: 'urn:kontor:event-data:thing:1',
      sequence: '0000000000000002',
      data: { id: 'open' },
    },
  )
})

t.test('whoever comes back goes on behind the last event it has, whatever its URL says', async t => {
  const api = await startApi(t)
  for (const id of ['a', 'b', 'c']) await add(api, id)
  const first = await follow(t, api, '?after=0')
  await first.until(3)
  first.close()
  await add(api, 'd')
  const second = await follow(t, api, '?after=0', { 'last-event-id': '2' })
  t.strictSame(subjects(await second.until(2)), ['c', 'd'])
})

t.test('events are chosen by type, by subject, and by the process that they concern', async t => {
  const api = await startApi(t)
  await add(api, 'open')
  await api.catalog.policies.remove('open')
  await add(api, 'other')
  const of = async (query: string) => subjects((await api.call('GET', `/v1/events${query}`)).body.items)
  t.strictSame(await of('?type=policy.created'), ['open', 'other'])
  t.strictSame(await of('?type=dev.kontor.policy.*'), ['open', 'open', 'other'])
  t.strictSame(await of('?type=dataset.*,policy.deleted'), ['open'])
  t.strictSame(await of('?subject=other'), ['other'])
  t.strictSame(await of('?process=other'), ['other'])
  t.strictSame(await of('?process=none'), [])
  const source = await follow(t, api, '?type=policy.deleted&after=0')
  t.strictSame(subjects(await source.until(1)), ['open'])
})

t.test('without a word about streams events come a page at a time', async t => {
  const api = await startApi(t)
  for (const id of ['a', 'b', 'c']) await add(api, id)
  const first = await api.call('GET', '/v1/events?limit=2')
  t.strictSame(subjects(first.body.items), ['a', 'b'])
  const second = await api.call('GET', `/v1/events?limit=2&after=${first.body.next}`)
  t.strictSame([subjects(second.body.items), second.body.next], [['c'], '3'])
  t.strictSame((await api.call('GET', '/v1/events?after=3')).body, { items: [], next: '3' })
})

t.test('places that there are not, or not any more, are refused with what to do', async t => {
  const api = await startApi(t)
  for (const id of ['a', 'b', 'c']) await add(api, id)
  await api.tail.bounds()
  t.match(await api.call('GET', '/v1/events?after=4'), { status: 400, body: { faults: [{ path: '/after' }] } })
  await deleteEvents(api.db, new Date(api.clock.at + 1), 2)
  t.match(await api.call('GET', '/v1/events?after=1'), { status: 410, body: { code: 'gone', detail: /from 3 on/ } })
  t.equal((await follow(t, api, '?after=1')).status, 410)
  t.strictSame(subjects((await api.call('GET', '/v1/events?after=2')).body.items), ['c'])
  t.strictSame(subjects((await api.call('GET', '/v1/events?after=0')).body.items), ['c'])
})

t.test('what is not understood is refused', async t => {
  const api = await startApi(t)
  for (const query of ['?type=nothing', '?type=policy.created,', '?after=x', '?limit=0', '?other=1'])
    t.equal((await api.call('GET', `/v1/events${query}`)).status, 400, query)
  t.equal((await follow(t, api, '', { 'last-event-id': 'x' })).status, 400)
  t.equal((await follow(t, api, '?limit=2')).status, 400)
  t.equal((await follow(t, api, '', { 'x-api-key': 'wrong' })).status, 401)
})

t.test('so many may follow at once, and one who leaves makes room', async t => {
  const api = await startApi(t)
  const sources = [await follow(t, api), await follow(t, api), await follow(t, api)]
  const refused = await follow(t, api)
  t.match(refused, { status: 429, headers: { 'retry-after': '30' } })
  sources[0]?.close()
  let source = await follow(t, api)
  while (source.status === 429) source = await follow(t, api)
  t.equal(source.status, 200)
})

t.test('a connector that stops ends the streams at once', async t => {
  const api = await startApi(t)
  const source = await follow(t, api)
  await api.tail.close()
  await source.ended
  t.strictSame(source.events, [])
})

t.test('every type is described with the schema of its data', async t => {
  const api = await startApi(t)
  const { body } = await api.call('GET', '/v1/event-types')
  t.ok(body.items.length > 50)
  for (const item of body.items)
    t.match(item, { type: /^dev\.kontor\.[a-z-]+\.[a-z-]+$/, about: String, dataSchema: { type: 'object' } })
})
