import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse, stringify } from 'yaml'
import { get, post } from '../../src/lab/api.ts'
import type { Participant } from '../../src/lab/index.ts'
import { openShop, type Shown, until } from '../support/deals.ts'
import { startLab, type TestLab } from '../support/lab.ts'
import { runCommand, startCommand } from './command.ts'
import { kontor } from './in-process.ts'

const DATASET = 'iowa-generation'

/** The environment of somebody who works with this participant's connector. */
const at = (who: Participant, more: Record<string, string> = {}): Record<string, string> => ({
  HOME: '/nowhere',
  KONTOR_URL: who.urls.management,
  KONTOR_KEY: who.key,
  ...more,
})

/** The words that name the provider: with static tokens nothing proves who is at a URL. */
const naming = ({ provider }: TestLab): readonly string[] => [provider.urls.protocol, '--id', provider.id]

/** Runs a command that must do well, and gives what it said to programs. */
async function told(t: Test, who: Participant, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await kontor(t, words, at(who))
  t.equal(code, 0, `${words.join(' ')}: ${stderr}`)
  return stdout
}

t.test('from a catalogue to a file, command by command', async t => {
  const lab = await startLab(t)
  await openShop(lab)
  const { consumer, provider } = lab

  const catalog = await told(t, consumer, 'get', 'catalog', ...naming(lab))
  t.match(catalog, /^DATASET +TITLE +OFFER +TERMS\n/)
  t.match(catalog, new RegExp(`^${DATASET} .*energy-partners`, 'm'))

  const negotiated = await runCommand(t, ['negotiate', ...naming(lab), DATASET], at(consumer))
  t.equal(negotiated.code, 0, negotiated.stderr)
  t.match(negotiated.stdout, /^\S+\n$/, 'nothing but the id of the agreement for programs')
  for (const state of ['REQUESTED', 'AGREED', 'VERIFIED', 'FINALIZED'])
    t.match(negotiated.stderr, new RegExp(`  ${state} `))
  t.notMatch(negotiated.stderr, /(?!\n)\p{Cc}/u, 'no spinner where there is no terminal')
  const agreement = negotiated.stdout.trim()

  const file = join(t.testdir(), 'data.csv')
  const moved = await runCommand(t, ['transfer', agreement, '--to', file], at(consumer))
  t.equal(moved.code, 0, moved.stderr)
  t.match(moved.stdout, new RegExp(`^[0-9a-f]{64}  ${file}\n$`))
  const source = new URL('../../examples/datasets/iowa-generation.csv', import.meta.url)
  t.ok((await readFile(file)).equals(await readFile(source)))

  const [transfer] = JSON.parse(await told(t, consumer, 'get', 'transfers', '-o', 'json'))
  t.match(transfer, { state: 'STARTED', agreementId: agreement })
  t.match(await told(t, consumer, 'transfer', 'suspend', transfer.id, '--reason', 'enough for today'), transfer.id)
  await until(consumer, `/v1/transfers/${transfer.id}`, ({ state }) => state === 'SUSPENDED')
  t.match(await told(t, consumer, 'describe', 'transfer', transfer.id), /SUSPENDED[\s\S]*kontor transfer resume/)
  await told(t, consumer, 'transfer', 'resume', transfer.id)
  await until(consumer, `/v1/transfers/${transfer.id}`, ({ state }) => state === 'STARTED')
  await told(t, consumer, 'transfer', 'terminate', transfer.id)
  await until(consumer, `/v1/transfers/${transfer.id}`, ({ state }) => state === 'TERMINATED')

  const described = await told(t, consumer, 'describe', 'agreement', agreement)
  t.match(described, /^Terms\n {2}Use is permitted/m)
  t.match(described, new RegExp(`^Transfers\n {2}${transfer.id} {2}TERMINATED`, 'm'))
  t.match(described, /^History\n[\s\S]*negotiation .*REQUESTED[\s\S]*negotiation .*FINALIZED[\s\S]*transfer .*STARTED/m)
  t.match(parse(await told(t, provider, 'get', 'agreements', agreement, '-o', 'yaml')), [{ id: agreement }])
  t.match(await told(t, provider, 'get', 'agreements', '--with', consumer.id), agreement)
  t.match(await told(t, provider, 'describe', 'dataset', DATASET), `✓ ${consumer.id}`)
  t.match(await told(t, provider, 'get', 'datasets'), /^iowa-generation +\S/m)
  const [offer] = JSON.parse(await told(t, provider, 'get', 'offers', '-o', 'json'))
  t.match(await told(t, provider, 'describe', 'offer', offer['@id']), /^Had under [\s\S]*energy-partners/m)
  t.match(await told(t, provider, 'describe', 'policy', offer.contractPolicyId), /^In words\n {2}Use is permitted/m)

  const early = { '@id': 'early', '@type': 'ContractDefinition', assetsSelector: [], boundsPolicyId: 'no-such' }
  const context = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }
  const policies = { accessPolicyId: offer.accessPolicyId, contractPolicyId: 'no-such' }
  await post(provider, '/v3/contractdefinitions', { ...context, ...early, ...policies })
  const waiting = await told(t, provider, 'describe', 'offer', 'early')
  t.match(waiting, /^Had under no-such\n {2}There is no such policy: nothing is on offer until there is one\.$/m)
  t.match(waiting, /^Counter-offers within no-such\n {2}There is no such policy: none is accepted/m)
  t.match(waiting, /kontor apply -f FILE +create the policy no-such$/m)
})

t.test('a refusal tells why, and ends with a code of its own', async t => {
  const lab = await startLab(t)
  await openShop(lab)
  const { consumer, stranger, provider } = lab
  const [offer] = JSON.parse((await kontor(t, ['get', 'catalog', ...naming(lab), '-o', 'json'], at(consumer))).stdout)
  t.ok(offer)
  const refused = await kontor(t, ['negotiate', ...naming(lab), DATASET], at(stranger))
  t.equal(refused.code, 6)
  t.match(refused.stderr, /TERMINATED: .*group/)
  const [id] = /(?<=kontor describe negotiation )\S+(?=")/.exec(refused.stderr) ?? []
  const described = await kontor(t, ['describe', 'negotiation', id ?? ''], at(stranger))
  t.match(described.stdout, /^Error +\S[\s\S]*History\n[\s\S]*kontor negotiate /m)
  const { peerPid } = await get<Shown>(stranger, `/v1/negotiations/${id}`)
  const theirs = await kontor(t, ['describe', 'negotiation', peerPid ?? ''], at(provider))
  t.match(
    theirs.stdout,
    /^Policy\n {2}not permitted[\s\S]*✗ group eq energy-partners: found nothing/m,
    'the report of the decision',
  )
})

t.test('somebody who waits for a person is told so, and a person decides', async t => {
  const lab = await startLab(t, {
    adjust: config => ({ ...config, negotiation: { ...config.negotiation, counterOffers: 'ask' } }),
  })
  await openShop(lab)
  const { consumer, provider } = lab
  const [dataset] = JSON.parse((await kontor(t, ['get', 'catalog', ...naming(lab), '-o', 'json'], at(consumer))).stdout)
  const impatient = ['negotiate', ...naming(lab), dataset['@id'], '--timeout', '1ms', '-o', 'json']
  // As long as the provider can write nothing down, it agrees to nothing.
  const begun = await provider.connector.db.transaction(async tx => {
    await tx.query('lock table process in exclusive mode')
    return kontor(t, impatient, at(consumer))
  })
  t.equal(begun.code, 6)
  t.match(begun.stderr, /takes longer than we wait, and goes on\. See "kontor describe/)

  const [finished] = JSON.parse(await told(t, consumer, 'get', 'negotiations', '-o', 'json'))
  await until(consumer, `/v1/negotiations/${finished.id}`, ({ state }) => state === 'FINALIZED')
  const termsFor = (times: number) => ({
    ...dataset.hasPolicy[0],
    target: dataset['@id'],
    permission: [{ action: 'use', constraint: [{ leftOperand: 'count', operator: 'lteq', rightOperand: times }] }],
  })
  const file = join(t.testdir(), 'offer.yaml')
  await writeFile(file, stringify(termsFor(2)))
  const { id } = await post<Shown>(consumer, '/v1/negotiations', {
    counterparty: provider.id,
    address: `${provider.urls.protocol}/dsp/2025-1`,
    offer: termsFor(3),
  })
  const mine = await until(consumer, `/v1/negotiations/${id}`, ({ peerPid }) => peerPid !== null)
  const theirs = mine.peerPid ?? ''
  await until(provider, `/v1/negotiations/${theirs}`, ({ waiting }) => waiting !== null)
  const shown = await told(t, provider, 'describe', 'negotiation', theirs)
  t.match(shown, /^Waits for +a person, since/m)
  t.match(shown, `kontor negotiation accept ${theirs}`)
  t.match(await told(t, provider, 'get', 'negotiations', '--state', 'REQUESTED'), 'waits for a person')
  await told(t, provider, 'negotiation', 'counter', theirs, '--offer', file)
  await until(consumer, `/v1/negotiations/${id}`, ({ state, waiting }) => state === 'OFFERED' && waiting !== null)
  await told(t, consumer, 'negotiation', 'accept', id)
  await until(consumer, `/v1/negotiations/${id}`, ({ state }) => state === 'FINALIZED')
})

t.test('what does not move shows its last error, the next try and the deadline', async t => {
  const lab = await startLab(t)
  await openShop(lab)
  const { consumer, provider } = lab
  const address = `${provider.urls.protocol}/dsp/2025-1`
  const [dataset] = JSON.parse((await kontor(t, ['get', 'catalog', ...naming(lab), '-o', 'json'], at(consumer))).stdout)
  await provider.stop()
  const offer = { ...dataset.hasPolicy[0], target: dataset['@id'] }
  const { id } = await post<Shown>(consumer, '/v1/negotiations', { counterparty: provider.id, address, offer })
  await until(
    consumer,
    `/v1/negotiations/${id}`,
    shown => 'delivery' in shown && Boolean(Object(shown.delivery).lastError),
  )
  const shown = await told(t, consumer, 'describe', 'negotiation', id)
  t.match(shown, /^Sending +request, since .*, tried /m)
  t.match(shown, /^Last error +.*the connection was refused/m)
  t.match(shown, /^Next try +\S+ \S+ \(/m)
  t.match(shown, /^Given up +\S+ \S+ \(in /m)
  t.match(shown, `kontor doctor ${provider.id} --address ${address}`)
})

t.test(
  'a participant whose catalogue is kept, and a webhook, show what went wrong, the next try and the deadline',
  async t => {
    const lab = await startLab(t, {
      adjust: (config, part) =>
        part === 'consumer' ? { ...config, federation: { ...config.federation, participants: 'known' } } : config,
    })
    await openShop(lab)
    const { consumer, provider } = lab
    const { db, jobs } = consumer.connector
    await told(t, consumer, 'negotiate', ...naming(lab), DATASET)
    await db.transaction(tx => jobs.ask(tx, { kind: 'crawl-known', key: 'all', queue: 'crawl-known' }))
    await jobs.drained()
    t.match(await told(t, consumer, 'get', 'peers'), new RegExp(`^PEER +DATASETS[^\\n]*\\n${provider.id} +[1-9]`))
    t.match(await told(t, consumer, 'describe', 'peer', provider.id), /^Last had +\S+ \S+ \([\s\S]*kontor get catalog/m)
    await provider.stop()
    await post(consumer, `/v1/peers/${encodeURIComponent(provider.id)}/crawl`, {})
    await jobs.drained()
    t.match(await told(t, consumer, 'get', 'peers'), /failed once: .*refused/)
    t.match(
      await told(t, consumer, 'describe', 'peer', provider.id),
      /^Last error +.*refused[\s\S]*^Next try +\S+ \S+ \(in [\s\S]*kontor doctor/m,
    )

    const { id } = await post<{ id: string }>(consumer, '/v1/webhooks', { url: 'http://127.0.0.1:9/hook', after: 0 })
    await until(consumer, `/v1/webhooks/${id}`, shown => Boolean(Object(Object(shown).delivery).lastError))
    t.match(await told(t, consumer, 'get', 'webhooks'), /refused/)
    const described = await told(t, consumer, 'describe', 'webhook', id)
    for (const line of [/^Last error +.*refused/m, /^Next try +\S+ \S+ \(/m, /^Given up +\S+ \S+ \(in /m])
      t.match(described, line)
    t.match(described, /^Attempts\n {2}\S+ \S+ {2}negotiation\.\S+ .* no answer in \d+ ms: .*refused.*, next try/m)
  },
)

t.test('what hangs on something else that fails shows it, too: who decides, who is to be told', async t => {
  const lab = await startLab(t, {
    adjust: (config, part) =>
      part === 'provider'
        ? {
            ...config,
            negotiation: { ...config.negotiation, counterOffers: 'webhook', webhook: 'http://127.0.0.1:9/decide' },
          }
        : config,
  })
  await openShop(lab)
  const { consumer, provider } = lab
  const [dataset] = JSON.parse((await kontor(t, ['get', 'catalog', ...naming(lab), '-o', 'json'], at(consumer))).stdout)
  const { '@id': mine } = await post<{ '@id': string }>(consumer, '/v3/contractnegotiations', {
    counterPartyId: provider.id,
    counterPartyAddress: `${provider.urls.protocol}/dsp/2025-1`,
    protocol: 'dataspace-protocol-http:2025-1',
    policy: {
      ...dataset.hasPolicy[0],
      '@context': 'http://www.w3.org/ns/odrl.jsonld',
      assigner: provider.id,
      target: dataset['@id'],
      permission: [{ action: 'use' }],
    },
    callbackAddresses: { uri: 'http://127.0.0.1:9/told', events: ['contract.negotiation'] },
  })
  const path = `/v1/negotiations/${mine}`
  const { peerPid } = await until(consumer, path, shown => shown.peerPid !== null)
  await until(provider, `/v1/negotiations/${peerPid}`, shown => Object(shown).failing.length > 0)
  const theirs = await told(t, provider, 'describe', 'negotiation', peerPid ?? '')
  t.match(theirs, /^Waits for +a webhook/m)
  t.match(theirs, /^Failing\n {2}ask, since .*, tried .*refused[^\n]*\n {4}next try /m)
  await until(consumer, path, shown => Boolean(Object(shown).callbacks[0].delivery?.lastError))
  t.match(
    await told(t, consumer, 'describe', 'negotiation', mine),
    /^Callbacks\n {2}http:\/\/127\.0\.0\.1:9\/told: contract\.negotiation\n {4}\d to be told, tried .*refused.*\n {4}next try .*, given up /m,
  )
})

t.test('watching tells what changes until it is stopped', async t => {
  const lab = await startLab(t)
  await openShop(lab)
  const words = ['get', 'negotiations', '--watch', '--every', '1', '-o', 'json']
  const { child, ended, said } = await startCommand(t, words, at(lab.consumer))
  const negotiated = await kontor(t, ['negotiate', ...naming(lab), DATASET], at(lab.consumer))
  t.equal(negotiated.code, 0)
  await said('"state":"FINALIZED"')
  child.kill('SIGINT')
  const { code, stdout } = await ended
  t.equal(code, 0)
  for (const line of stdout.trimEnd().split('\n')) t.ok(JSON.parse(line).id, 'one document a line')
})

t.test('codes tell programs what was wrong, and sentences tell people what to do', async t => {
  const lab = await startLab(t)
  const { consumer } = lab
  // biome-ignore format: a table is read by its columns
  const table: readonly (readonly [code: number, words: readonly string[], environment: Record<string, string>, sentence: RegExp])[] = [
    [ 3, ['describe', 'negotiation', 'none'],       at(consumer),                                           /404.*\n.*kontor get/ ],
    [ 3, ['get', 'datasets', 'none'],               at(consumer),                                           /404/ ],
    [ 4, ['get', 'negotiations'],                   at(consumer, { KONTOR_KEY: 'a-wrong-key' }),            /401.*\n.*KONTOR_KEY/ ],
    [ 5, ['get', 'negotiations'],                   at(consumer, { KONTOR_URL: 'http://127.0.0.1:1' }),     /No connector answers.*\n.*kontor serve/ ],
    [ 2, ['get', 'negotiations', '--state', 'X'],   at(consumer),                                           /Allowed choices/ ],
    [ 1, ['negotiate', 'did:web:nobody', 'x'],      at(consumer),                                           /give its address/ ],
    [ 1, ['negotiate', lab.provider.urls.protocol, 'x'], at(consumer),                                      /which nothing proves/ ],
    [ 1, ['transfer', 'x', '--to', 'y', '--no-wait'], at(consumer),                                         /--no-wait/ ],
    [ 1, ['get', 'negotiations'],                   { HOME: '/nowhere', KONTOR_URL: 'http://127.0.0.1:1' }, /needs its key/ ],
  ]
  for (const [code, words, environment, sentence] of table) {
    const ended = await kontor(t, words, environment)
    t.equal(ended.code, code, words.join(' '))
    t.match(ended.stderr, sentence)
    t.equal(ended.stdout, '')
  }
})
