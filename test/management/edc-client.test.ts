import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  EdcConnectorClient,
  EdcConnectorClientError,
  EdcConnectorClientErrorType,
  type Offer,
  type Policy,
  PolicyBuilder,
  SecretBuilder,
} from '@think-it-labs/edc-connector-client'
import t from 'tap'
import type { Participant } from '../../src/lab/index.ts'
import { startLab, type TestLab } from '../support/lab.ts'

/**
 * A client that others wrote for the EDC drives both sides, and reads every answer by its JSON-LD alone: what it understands here, it
 * understands of an EDC, too.
 */

const ODRL = 'http://www.w3.org/ns/odrl/2/'
const file = 'day-ahead-prices.json'
const published = readFileSync(new URL(`../../examples/datasets/${file}`, import.meta.url))
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const clientOf = ({ key, urls }: Participant): EdcConnectorClient =>
  new EdcConnectorClient.Builder()
    .apiToken(key)
    .managementUrl(`${urls.management}/management`)
    .defaultUrl(`${urls.management}/api`)
    .protocolVersion('dataspace-protocol-http:2025-1')
    .build()

const asset = { '@id': 'prices', properties: { name: 'Prices' }, dataAddress: { type: 'File', path: file } }
const anybody = new PolicyBuilder()
  .type('Set')
  .raw({ '@context': 'http://www.w3.org/ns/odrl.jsonld', permission: [{ action: 'use' }] })
  .build()

/** One dataset on offer to everybody. */
async function openShop(provider: EdcConnectorClient): Promise<void> {
  const { assets, policyDefinitions, contractDefinitions } = provider.management
  await assets.create(asset)
  await policyDefinitions.create({ '@id': 'anybody', policy: anybody })
  const policies = { accessPolicyId: 'anybody', contractPolicyId: 'anybody' }
  await contractDefinitions.create({ '@id': 'all', ...policies, assetsSelector: [] })
}

const peer = ({ id, urls }: Participant) => ({ counterPartyId: id, counterPartyAddress: `${urls.protocol}/dsp/2025-1` })

/** An offer as it came in the catalogue, with what a contract request has to add. */
const accepting = (offer: Offer, provider: Participant): Policy =>
  new PolicyBuilder()
    .raw({ ...offer, [`${ODRL}assigner`]: [{ '@id': provider.id }], [`${ODRL}target`]: [{ '@id': asset['@id'] }] })
    .build()

async function chooseOffer(consumer: EdcConnectorClient, provider: Participant): Promise<Offer> {
  const [dataset] = (await consumer.management.catalog.request(peer(provider))).datasets
  const [offer] = dataset?.offers ?? []
  if (!offer) throw new Error('the catalogue has no offer')
  return offer
}

/** A contract for the dataset; gives the ids of the negotiation and the agreement. */
async function agree(lab: TestLab, consumer: EdcConnectorClient): Promise<{ negotiation: string; agreement: string }> {
  const offer = await chooseOffer(consumer, lab.provider)
  const policy = accepting(offer, lab.provider)
  const { contractNegotiations } = consumer.management
  const { id } = await contractNegotiations.initiate({ ...peer(lab.provider), policy })
  await lab.drain()
  return { negotiation: id, agreement: (await contractNegotiations.get(id)).contractAgreementId }
}

async function startTransfer(lab: TestLab, consumer: EdcConnectorClient): Promise<{ id: string; agreement: string }> {
  const { agreement } = await agree(lab, consumer)
  const asked = { ...peer(lab.provider), contractId: agreement, transferType: 'HttpData-PULL' }
  const { id } = await consumer.management.transferProcesses.initiate(asked)
  await lab.drain()
  return { id, agreement }
}

t.test('a client of the EDC takes a dataset from the shelf of one Kontor to the disk of another', async t => {
  const lab = await startLab(t)
  const [provider, consumer] = [clientOf(lab.provider), clientOf(lab.consumer)]
  await openShop(provider)
  const { id, agreement } = await startTransfer(lab, consumer)
  const { transferProcesses, edrs } = consumer.management
  t.equal((await transferProcesses.getState(id)).state, 'STARTED')

  const [edr] = await edrs.request({
    filterExpression: [{ operandLeft: 'transferProcessId', operator: '=', operandRight: id }],
  })
  t.match(edr, { agreementId: agreement, assetId: 'prices', providerId: lab.provider.id, transferProcessId: id })
  const address = await edrs.dataAddress(id)
  const [endpoint, token] = ['endpoint', 'authorization'].map(name => address.mandatoryValue<string>('edc', name))
  const response = await fetch(endpoint ?? '', { headers: { authorization: token ?? '' } })
  t.equal(response.status, 200)
  t.equal(digestOf(new Uint8Array(await response.arrayBuffer())), digestOf(published))

  await edrs.delete(id)
  t.strictSame(await edrs.request(), [])
})

t.test('what a provider keeps is made, read, changed, listed and removed', async t => {
  const lab = await startLab(t)
  const { assets, policyDefinitions, contractDefinitions } = clientOf(lab.provider).management
  await openShop(clientOf(lab.provider))

  await assets.update({ ...asset, properties: { name: 'Prices, hourly' } })
  const shown = await assets.get('prices')
  t.equal(shown.properties.mandatoryValue('edc', 'name'), 'Prices, hourly')
  t.equal(shown.dataAddress.mandatoryValue('edc', 'type'), 'File')
  t.strictSame(
    (await assets.queryAll()).map(({ id }) => id),
    ['prices'],
  )

  await policyDefinitions.update('anybody', { policy: anybody })
  t.equal((await policyDefinitions.get('anybody')).policy.permissions.length, 1)
  t.equal((await policyDefinitions.queryAll()).length, 1)

  t.match(await contractDefinitions.get('all'), { accessPolicyId: 'anybody', contractPolicyId: 'anybody' })
  const criterion = { operandLeft: 'https://w3id.org/edc/v0.0.1/ns/id', operator: '=', operandRight: 'prices' }
  const policies = { accessPolicyId: 'anybody', contractPolicyId: 'anybody' }
  await contractDefinitions.update({ '@id': 'all', ...policies, assetsSelector: [criterion] })
  t.match((await contractDefinitions.queryAll())[0]?.assetsSelector, [criterion])

  await contractDefinitions.delete('all')
  await policyDefinitions.delete('anybody')
  await assets.delete('prices')
  for (const each of [assets, policyDefinitions, contractDefinitions]) t.strictSame(await each.queryAll(), [])
})

t.test('a negotiation, its agreement and its dataset are read on both sides', async t => {
  const lab = await startLab(t)
  const [provider, consumer] = [clientOf(lab.provider), clientOf(lab.consumer)]
  await openShop(provider)
  const { catalog, contractNegotiations, contractAgreements } = consumer.management
  const dataset = await catalog.requestDataset({ '@id': 'prices', ...peer(lab.provider) })
  t.equal(dataset.id, 'prices')
  t.equal((await catalog.request(peer(lab.provider))).participantId, lab.provider.id)

  const { negotiation, agreement } = await agree(lab, consumer)
  t.equal((await contractNegotiations.getState(negotiation)).state, 'FINALIZED')
  const finalised = { filterExpression: [{ operandLeft: 'state', operator: '=', operandRight: 1200 }] }
  for (const side of [consumer, provider]) {
    const [found] = await side.management.contractNegotiations.queryAll(finalised)
    t.equal(found?.contractAgreementId, agreement)
    t.match(await side.management.contractAgreements.get(agreement), {
      assetId: 'prices',
      providerId: lab.provider.id,
      consumerId: lab.consumer.id,
    })
  }
  t.equal((await contractNegotiations.getAgreement(negotiation)).id, agreement)
  t.equal((await contractAgreements.getNegotiation(agreement)).id, negotiation)
  t.equal((await contractAgreements.queryAll())[0]?.policy.permissions.length, 1)
})

t.test('negotiations and transfers are ended with a reason', async t => {
  const lab = await startLab(t, {
    adjust: (config, part) =>
      part === 'provider' ? { ...config, negotiation: { ...config.negotiation, counterOffers: 'ask' } } : config,
  })
  const [provider, consumer] = [clientOf(lab.provider), clientOf(lab.consumer)]
  await openShop(provider)
  const { contractNegotiations, transferProcesses } = consumer.management

  const other = { ...(await chooseOffer(consumer, lab.provider)), [`${ODRL}prohibition`]: [prohibition] }
  const policy = accepting(Object.assign(Object.create(null), other), lab.provider)
  const { id: waiting } = await contractNegotiations.initiate({ ...peer(lab.provider), policy })
  await lab.drain()
  t.equal((await contractNegotiations.getState(waiting)).state, 'REQUESTED')
  await contractNegotiations.terminate(waiting, 'too slow')
  await lab.drain()
  t.match(await contractNegotiations.get(waiting), { state: 'TERMINATED' })

  const { id } = await startTransfer(lab, consumer)
  await transferProcesses.terminate(id, 'enough')
  await lab.drain()
  t.match(await transferProcesses.get(id), { state: 'TERMINATED', errorDetail: 'enough', assetId: 'prices' })
  t.equal((await provider.management.transferProcesses.queryAll())[0]?.state, 'TERMINATED')
  await transferProcesses.deprovision(id)
})

/** Terms that nobody offered, so that a person is asked. */
const prohibition = { [`${ODRL}action`]: [{ '@id': `${ODRL}distribute` }] }

/** What the client makes of a refusal. */
const kindOf = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    error => (error instanceof EdcConnectorClientError ? error.type : String(error)),
  )

t.test('mistakes come to the client as the errors it knows', async t => {
  const lab = await startLab(t)
  const { management } = clientOf(lab.provider)
  await openShop(clientOf(lab.provider))
  const { BadRequest, Duplicate, NotFound } = EdcConnectorClientErrorType
  t.equal(await kindOf(management.assets.create(asset)), Duplicate)
  t.equal(await kindOf(management.assets.get('none')), NotFound)
  t.equal(await kindOf(management.transferProcesses.terminate('none', 'no')), NotFound)
  const query = { filterExpression: [{ operandLeft: 'state', operator: '=', operandRight: 'NO_STATE' }] }
  t.equal(await kindOf(management.contractNegotiations.queryAll(query)), BadRequest)
})

t.test('it is told of the data plane, and where that is', async t => {
  const lab = await startLab(t)
  const [plane, ...others] = await clientOf(lab.provider).management.dataplanes.list()
  t.match(plane, { url: lab.provider.urls.data, allowedSourceTypes: ['HttpData', 'File'] })
  t.strictSame(plane?.allowedTransferTypes, ['HttpData-PULL', 'HttpData-PUSH'])
  t.strictSame(others, [])
})

t.test('secrets are kept by their names, and never told again', async t => {
  const lab = await startLab(t)
  const { secrets } = clientOf(lab.provider).management
  const draft = (value: string) => new SecretBuilder().id('key-of-the-source').value(value).build()
  t.match(await secrets.create(draft('swordfish')), { '@id': 'key-of-the-source' })
  const shown = await secrets.get('key-of-the-source')
  t.equal(shown.id, 'key-of-the-source')
  t.equal(shown.value, undefined)
  await secrets.update(draft('dorsch'))
  t.equal(await kindOf(secrets.create(draft('again'))), EdcConnectorClientErrorType.Duplicate)
  await secrets.delete('key-of-the-source')
  t.equal(await kindOf(secrets.get('key-of-the-source')), EdcConnectorClientErrorType.NotFound)
})

t.test('it is told how the connector is', async t => {
  const lab = await startLab(t)
  const { observability } = clientOf(lab.provider)
  const checks = await Promise.all([
    observability.checkHealth(),
    observability.checkLiveness(),
    observability.checkReadiness(),
    observability.checkStartup(),
  ])
  for (const check of checks) t.match(check, { isSystemHealthy: true, componentResults: [{ isHealthy: true }] })
})
