import t from 'tap'
import { startApi } from '../api.ts'

const url = 'https://events.example/hook'

t.test('a webhook is made with a secret that is told once', async t => {
  const api = await startApi(t)
  const made = await api.call('POST', '/v1/webhooks', { url, types: ['negotiation.*'] })
  t.match(made, { status: 201, body: { url, types: ['negotiation.*'], enabled: true, secret: /^whsec_/, place: 0 } })
  const { id, secret } = made.body
  t.match(made.body.delivery, { attempts: 0, failingSince: null, lastError: null, nextAttempt: null, deadline: null })
  for (const path of ['/v1/webhooks', `/v1/webhooks/${id}`]) {
    const shown = JSON.stringify((await api.call('GET', path)).body)
    t.match(shown, id)
    t.notMatch(shown, secret)
  }
  const rotated = await api.call('POST', `/v1/webhooks/${id}/rotate`)
  t.match(rotated, { status: 200, body: { id, secret: /^whsec_/ } })
  t.not(rotated.body.secret, secret)
})

t.test('it is changed, disabled, enabled and removed', async t => {
  const api = await startApi(t)
  const { id } = (await api.call('POST', '/v1/webhooks', { url })).body
  const at = `/v1/webhooks/${id}`
  t.match(await api.call('POST', `${at}/change`, { types: ['transfer.*'] }), { body: { url, types: ['transfer.*'] } })
  t.match(await api.call('POST', `${at}/change`, { types: null, process: 'urn:uuid:1' }), {
    body: { types: null, process: 'urn:uuid:1', subject: null },
  })
  t.match(await api.call('GET', `${at}/attempts`), { status: 200, body: { items: [] } })
  t.match(await api.call('POST', `${at}/disable`, { reason: 'moving' }), {
    body: { enabled: false, disabledReason: 'moving' },
  })
  t.match(await api.call('POST', `${at}/enable`, {}), { body: { enabled: true, disabledReason: null } })
  t.match(await api.call('POST', `${at}/redeliver`, { after: 0 }), { body: { place: 0 } })
  t.match(await api.call('POST', `${at}/remove`), { body: { id, removed: true } })
  t.equal((await api.call('GET', at)).status, 404)
})

t.test('what cannot be is refused, and said where', async t => {
  const api = await startApi(t)
  // biome-ignore format: a table is read by its columns
  const wrong = [
    [ {},                                            'invalid'           ],
    [ { url: 'ftp://events.example' },               'invalid'           ],
    [ { url, types: [] },                            'invalid'           ],
    [ { url, types: ['nothing'] },                   'invalid'           ],
    [ { url, after: 1 },                             'invalid'           ],
    [ { url, after: -1 },                            'invalid'           ],
    [ { url, secret: 'mine' },                       'invalid'           ],
    [ { url: 'http://169.254.169.254/latest' },      'address-forbidden' ],
  ] as const
  for (const [wish, code] of wrong)
    t.match(await api.call('POST', '/v1/webhooks', wish), { status: 400, body: { code } }, JSON.stringify(wish))
  const { id } = (await api.call('POST', '/v1/webhooks', { url })).body
  t.equal((await api.call('POST', `/v1/webhooks/${id}/redeliver`, {})).status, 400)
  t.equal((await api.call('POST', '/v1/webhooks/none/enable', {})).status, 404)
  t.equal((await api.call('POST', '/v1/webhooks/none/remove')).status, 404)
})
