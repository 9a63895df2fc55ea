import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { Participant } from '../../src/lab/index.ts'
import { createSource } from '../dataplane/world.ts'
import { dump } from '../support/dump.ts'
import { startLab } from '../support/lab.ts'
import { startReceiver } from '../support/receiver.ts'
import { apiOf, type Connector, idOfPeer, negotiate, offer, readDataset, transfer, until } from '../support/v3.ts'

/** What somebody has put into an address; each can be told from the others. */
const planted = {
  authCode: 'planted-key-of-the-source',
  header: 'planted-header-of-the-source',
  signature: 'planted-signature-of-the-source',
  code: 'planted-code-of-the-source',
  password: 'planted-password-of-the-source',
  sinkKey: 'planted-key-of-the-sink',
  sinkSignature: 'planted-signature-of-the-sink',
  sinkToken: 'planted-token-of-the-sink',
} as const

/** Something on the web that remembers how it was asked. */
async function startServer(t: Test) {
  const asked: string[] = []
  const url = await createSource(t, async (request, response) => {
    const body = await buffer(request)
    asked.push(`${request.url} ${JSON.stringify(request.headers)} ${body}`)
    response.end('data')
  })
  return { url, asked }
}

const connectorOf = ({ id, key, urls, connector }: Participant): Connector => ({
  id,
  protocolUrl: connector.protocolUrl(),
  api: apiOf(`${urls.management}/management`, key),
})

/** Gives what opens something, to whoever may have it. */
const telling = /\/dataaddress$|\/edr$|\/token$/

/** All that can be read of some things at the management API, whatever it answers. */
async function readAll(who: Participant, ids: readonly string[]): Promise<string> {
  const routes = who.connector.endpoints.filter(({ plane, path }) => plane === 'management' && !telling.test(path))
  const read = routes.flatMap(({ method, path }) => {
    if (method === 'GET')
      return path.includes(':')
        ? ids.map(id => [method, path.replace(/:\w+/, encodeURIComponent(id))])
        : [[method, path]]
    return method === 'POST' && /\/request$/.test(path) ? [[method, path]] : []
  })
  const answers = read.map(async ([method = '', path = '']) => {
    const answer = await fetch(`${who.urls.management}${path}`, {
      method,
      headers: { 'x-api-key': who.key, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: '{}' }),
    })
    return `${method} ${path} ${answer.status} ${await answer.text()}`
  })
  return (await Promise.all(answers)).join('\n')
}

t.test('no key or token of an address is anywhere but where it opens something', async t => {
  const lab = await startLab(t, {
    adjust: config => ({ ...config, log: { level: 'trace', format: 'json' } }),
  })
  const [provider, consumer] = [connectorOf(lab.provider), connectorOf(lab.consumer)]
  const hooks = await startReceiver(t)
  for (const who of [lab.provider, lab.consumer]) await post(who, '/v1/webhooks', { url: hooks.url })
  const [source, sink] = [await startServer(t), await startServer(t)]

  await offer(provider, {
    id: 'locked',
    source: {
      baseUrl: `${source.url}/?sig=${planted.signature}`,
      queryParams: `code=${planted.code}&format=csv`,
      authKey: 'x-api-key',
      authCode: planted.authCode,
      'header:x-other': planted.header,
      password: planted.password,
    },
  })
  const negotiation = await negotiate(consumer, provider, await readDataset(consumer, provider, 'locked'))
  const { contractAgreementId: agreement = '' } = await until(consumer, 'contractnegotiations', negotiation, [
    'FINALIZED',
  ])

  const push = await transfer(consumer, provider, agreement, {
    baseUrl: `${sink.url}/?sig=${planted.sinkSignature}`,
    authKey: 'x-api-key',
    authCode: planted.sinkKey,
    authorization: `Bearer ${planted.sinkToken}`,
  })
  await until(consumer, 'transferprocesses', push, ['COMPLETED'])
  t.match(sink.asked.join(), planted.sinkKey)
  t.match(sink.asked.join(), planted.sinkSignature)
  t.match(sink.asked.join(), planted.sinkToken)

  const pull = await transfer(consumer, provider, agreement)
  await until(consumer, 'transferprocesses', pull, ['STARTED'])
  const address = (await consumer.api('GET', `/edrs/${encodeURIComponent(pull)}/dataaddress`)) as Record<string, string>
  const { endpoint = '', authorization = '', refreshToken = '' } = address
  t.equal((await fetch(endpoint, { headers: { authorization: `Bearer ${authorization}` } })).status, 200)
  for (const name of ['authCode', 'header', 'signature', 'code'] as const) t.match(source.asked.at(-1), planted[name])
  await lab.drain()

  const ids = [
    'locked',
    negotiation,
    agreement,
    push,
    pull,
    await idOfPeer(consumer, 'transferprocesses', push),
    await idOfPeer(consumer, 'transferprocesses', pull),
    await idOfPeer(consumer, 'contractnegotiations', negotiation),
  ]
  t.ok(authorization.length > 100 && refreshToken.length > 20)
  const secrets = { ...planted, authorization, refreshToken, signatureOfToken: authorization.split('.')[2] ?? '' }
  for (const who of [lab.provider, lab.consumer]) {
    const places = {
      database: await dump(who.connector.db),
      log: await readFile(join(lab.directory, `${who.part}.log`), 'utf8'),
      'management API': await readAll(who, ids),
      webhooks: hooks.received.map(({ body }) => body).join('\n'),
    }
    t.ok(places.database.includes('"@sealed"'))
    const answered = places['management API'].split('\n').map(line => line.slice(0, line.indexOf(' 200 ')))
    for (const part of ['/evidence', '/metrics', '/history', '/audit', '/export', '/events', '/assets/request'])
      t.ok(
        answered.some(line => line.endsWith(part)),
        part,
      )
    t.ok(places.webhooks.includes('transfer.started'))
    for (const [place, text] of Object.entries(places))
      for (const [name, secret] of Object.entries(secrets))
        if (text.includes(secret))
          t.fail(`${name} is in the ${place} of the ${who.part}`, { around: around(text, secret) })
  }
  t.ok((await get<{ hasEdr: boolean }>(lab.consumer, `/v1/transfers/${pull}`)).hasEdr)
})

const around = (text: string, secret: string): string => {
  const at = text.indexOf(secret)
  return text.slice(Math.max(0, at - 300), at + secret.length + 50)
}
