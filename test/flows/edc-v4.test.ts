import t from 'tap'
import type { Participant } from '../../src/lab/index.ts'
import { startLab } from '../support/lab.ts'

const context = ['https://w3id.org/edc/connector/management/v2']

/** Asks a participant in the words of version 4. */
async function call(who: Participant, method: string, path: string, body?: object) {
  const response = await fetch(`${who.urls.management}/management/v4${path}`, {
    method,
    headers: { 'x-api-key': who.key, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify({ '@context': context, ...body }) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} to ${method} ${path}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

const file = 'day-ahead-prices.json'

t.test('two connectors are driven from the asset to the data in the words of version 4 alone', async t => {
  const lab = await startLab(t)
  const { provider, consumer } = lab
  const permission = [
    {
      action: 'use',
      constraint: [{ leftOperand: 'inForceDate', operator: 'gteq', rightOperand: 'contractAgreement+0s' }],
    },
  ]
  const dataAddress = { '@type': 'DataAddress', type: 'File', path: file }
  await call(provider, 'POST', '/assets', {
    '@id': 'prices',
    '@type': 'Asset',
    properties: { name: 'Prices' },
    dataAddress,
  })
  const policy = { '@type': 'Set', permission }
  await call(provider, 'POST', '/policydefinitions', { '@id': 'p', '@type': 'PolicyDefinition', policy })
  const assetsSelector = [{ '@type': 'Criterion', operandLeft: 'id', operator: '=', operandRight: 'prices' }]
  const policies = { accessPolicyId: 'p', contractPolicyId: 'p' }
  await call(provider, 'POST', '/contractdefinitions', { '@type': 'ContractDefinition', ...policies, assetsSelector })

  const counterPartyAddress = `${provider.urls.protocol}/dsp/2025-1`
  const peer = { counterPartyId: provider.id, counterPartyAddress, protocol: 'dataspace-protocol-http:2025-1' }
  const { dataset } = await call(consumer, 'POST', '/catalog/request', { '@type': 'CatalogRequest', ...peer })
  const offer = { ...dataset[0].hasPolicy[0], assigner: provider.id, target: dataset[0]['@id'] }
  const negotiation = await call(consumer, 'POST', '/contractnegotiations', {
    '@type': 'ContractRequest',
    ...peer,
    policy: offer,
  })
  await lab.drain()
  t.match(await call(consumer, 'GET', `/contractnegotiations/${negotiation['@id']}/state`), { state: 'FINALIZED' })
  const agreement = await call(consumer, 'GET', `/contractnegotiations/${negotiation['@id']}/agreement`)
  t.match(agreement, { providerId: provider.id, consumerId: consumer.id, policy: { '@type': 'Agreement', permission } })

  const asked = { '@type': 'TransferRequest', ...peer, contractId: agreement['@id'], transferType: 'HttpData-PULL' }
  const transfer = await call(consumer, 'POST', '/transferprocesses', asked)
  await lab.drain()
  const { endpoint, authorization } = await call(consumer, 'GET', `/edrs/${transfer['@id']}/dataaddress`)
  const data = await fetch(endpoint, { headers: { authorization } })
  t.equal(data.status, 200)
  t.ok((await data.text()).length > 100)
})
