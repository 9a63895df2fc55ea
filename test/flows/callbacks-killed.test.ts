import { join } from 'node:path'
import t from 'tap'
import { testDatabaseUrl } from '../support/database.ts'
import { addDataset, findOffer, offerAll } from '../support/operator.ts'
import { acquaintances, type ConnectorProcess, connectorProcess } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'
import { startReceiver } from '../support/receiver.ts'

const context = {
  '@context': [{ '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }],
}

t.test('a connector that is killed while it tells a callback tells all of it, in order, when it is back', async t => {
  const directory = t.testdir({ 'wind.csv': 'hour,mwh\n0,17\n' })
  const meet = acquaintances(['provider', 'consumer'])
  const start = async (id: string): Promise<ConnectorProcess> => {
    const database = { url: await testDatabaseUrl(t), connections: 8 }
    const settings = { database, keys: { passphrase: 'known again after a crash' } }
    const running = { files: directory, settings, log: 'file', program: [await builtProgram()] } as const
    const connector = await connectorProcess(id, join(directory, id), meet, running)
    t.teardown(() => connector.stop())
    await connector.start()
    return connector
  }
  const [provider, consumer] = [await start('provider'), await start('consumer')]
  await addDataset(provider, 'wind', { type: 'File', path: 'wind.csv' })
  await offerAll(provider)
  const offer = await findOffer(consumer, provider, 'wind')

  let silent = true
  const receiver = await startReceiver(t, ({ body }) =>
    silent && JSON.parse(body).type === 'ContractNegotiationAgreed' ? new Promise<number>(() => {}) : 204,
  )
  await consumer.api('POST', '/management/v3/contractnegotiations', {
    ...context,
    counterPartyAddress: provider.protocolUrl,
    counterPartyId: 'provider',
    protocol: 'dataspace-protocol-http:2025-1',
    policy: { '@context': 'http://www.w3.org/ns/odrl.jsonld', ...offer },
    callbackAddresses: { uri: receiver.url, events: ['contract.negotiation'], transactional: false },
  })
  await receiver.until(3)
  await consumer.kill()
  silent = false
  await consumer.start()
  await receiver.until(6)
  const told = receiver.received.map(({ body }) => JSON.parse(body) as { id: string; type: string })
  t.strictSame(
    told.map(({ type }) => type.replace('ContractNegotiation', '')),
    ['Initiated', 'Requested', 'Agreed', 'Agreed', 'Verified', 'Finalized'],
  )
  t.equal(told[2]?.id, told[3]?.id, 'what comes again is known by its id')
})
