import t from 'tap'
import { giveAgreement } from '../../support/agreements.ts'
import { type Api, PEER_URL, startApi } from '../api.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const path = '/v3/contractagreements/retirements'

async function withAgreements(t: Parameters<typeof startApi>[0]): Promise<Api> {
  const api = await startApi(t)
  const given = { role: 'consumer', participantId: 'us', counterparty: 'peer', datasetId: 'wind' } as const
  for (const id of ['first', 'second']) await giveAgreement(api.db, { ...given, id, permission: [{ action: 'use' }] })
  return api
}

const retire = (api: Api, agreementId: string) =>
  api.call('POST', path, {
    '@context': { edc: EDC },
    '@type': 'edc:AgreementsRetirementEntry',
    'edc:agreementId': agreementId,
    'edc:reason': 'sold',
  })

const transfer = async (api: Api, contractId: string) => {
  const protocol = 'dataspace-protocol-http:2025-1'
  const asked = { counterPartyAddress: PEER_URL, protocol, contractId, transferType: 'HttpData-PULL' }
  return (await api.call('POST', '/v3/transferprocesses', asked)).status
}

t.test('an agreement is retired once, and shown among the retired ones', async t => {
  const api = await withAgreements(t)
  t.match(await retire(api, 'first'), { status: 204, body: undefined })
  t.match(await retire(api, 'first'), { status: 409, body: [{ type: 'ObjectConflict' }] })
  t.match(await retire(api, 'none'), { status: 404, body: [{ type: 'ObjectNotFound' }] })
  t.match(await api.call('POST', path, { agreementId: 'second' }), {
    status: 400,
    body: [{ type: 'ValidationFailure', path: `${EDC}reason` }],
  })
  const { status, body } = await api.call('POST', `${path}/request`)
  t.equal(status, 200)
  t.strictSame(body, [
    {
      '@type': 'AgreementsRetirementEntry',
      agreementId: 'first',
      reason: 'sold',
      agreementRetirementDate: api.clock.at / 1_000,
      '@context': body[0]['@context'],
    },
  ])
})

t.test('the retired ones are found by their agreement', async t => {
  const api = await withAgreements(t)
  await retire(api, 'first')
  await retire(api, 'second')
  const found = async (operandRight: unknown, operandLeft = 'agreementId', operator = '=') => {
    const filterExpression = [{ operandLeft, operator, operandRight }]
    const { body } = await api.call('POST', `${path}/request`, { filterExpression })
    return body.map(({ agreementId }: { agreementId: string }) => agreementId)
  }
  t.strictSame(await found('second'), ['second'])
  t.strictSame(await found('none'), [])
  t.strictSame((await found('so%', 'reason', 'like')).length, 2)
  t.strictSame((await found(api.clock.at / 1_000, 'agreementRetirementDate')).length, 2)
  t.strictSame(await found(api.clock.at / 1_000, 'agreementRetirementDate', '<'), [])
  t.equal((await api.call('POST', `${path}/request`, { sortField: 'reason' })).status, 400)
})

t.test('a retirement that is taken back lets data be asked for again', async t => {
  const api = await withAgreements(t)
  await retire(api, 'first')
  t.equal(await transfer(api, 'first'), 400)
  t.equal((await api.call('DELETE', `${path}/first`)).status, 204)
  t.strictSame((await api.call('POST', `${path}/request`)).body, [])
  t.equal(await transfer(api, 'first'), 200)
  t.match(await api.call('DELETE', `${path}/first`), {
    status: 404,
    body: [{ message: 'Object of type AgreementsRetirementEntry with ID=first was not found' }],
  })
})

t.test('taking it back is noted in the journal of the negotiation', async t => {
  const api = await withAgreements(t)
  await retire(api, 'first')
  await api.call('DELETE', `${path}/first`)
  const negotiation = (await api.negotiations.agreement('first'))?.negotiationId
  const { body } = await api.call('GET', `/v1/negotiations/${negotiation}/history`)
  t.match(body.items, [{ message: 'retire' }, { actor: 'operator', event: 'commanded', message: 'reinstate' }])
})
