import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { KIT_PARTICIPANT, kitDatasets, subjectOf, testIds } from '../../../src/cli/dsp-kit.ts'
import { createInitiator, type NegotiationSignal, type TransferSignal } from '../../../src/cli/initiator.ts'
import { type Config, Secret } from '../../../src/config/index.ts'
import { type Connector, createConnector } from '../../../src/connector.ts'
import type { AgreementRecord } from '../../../src/negotiation/index.ts'
import { giveAgreement } from '../../support/agreements.ts'
import { testDatabaseUrl } from '../../support/database.ts'

const PARTICIPANT = 'CONNECTOR_UNDER_TEST'
const TOKENS = { kit: 'what-the-kit-shows-us', stranger: 'what-a-stranger-shows-us', ours: 'what-we-show-the-kit' }
const permission = [{ action: 'use' }]

/** A connector that is prepared for the scenarios of the conformance kit. */
export interface Subject {
  readonly participantId: string
  /** Version path included. */
  readonly protocolUrl: string
  readonly baseUrl: string
  /** The header by which the kit is known, the one of somebody else whom we know, and the one that we show the kit. */
  readonly authorization: string
  readonly strangersAuthorization: string
  readonly presents: string
  /** The offer's id of each dataset. */
  readonly offers: ReadonlyMap<string, string>
  /** Where the kit asks it to begin something as consumer. */
  readonly initiate: { readonly negotiation: string; readonly transfer: string }
  /** Asks it so. */
  beginNegotiation(signal: Omit<NegotiationSignal, 'providerId'>): Promise<void>
  beginTransfer(signal: Omit<TransferSignal, 'providerId'>): Promise<void>
  /** The agreement that a negotiation has led to. */
  agreementOf(negotiationId: string): Promise<AgreementRecord | undefined>
  /** Resolves when nothing is left to be done for a process, later neither. */
  idle(processId: string): Promise<void>
  stop(): Promise<void>
}

/** Where it keeps its data, and where its log lines go. */
export interface Setting {
  readonly database: Config['database']['url']
  readonly directory: string
  readonly log: ((line: string) => void) | undefined
}

/** A prepared connector for a test file, gone at its end. */
export async function startSubject(t: Pick<Test, 'teardown'>): Promise<Subject> {
  const database = new Secret(await testDatabaseUrl(t))
  const subject = await prepareConnector({ database, directory: '/nowhere', log: undefined })
  t.teardown(() => subject.stop())
  return subject
}

/** Starts a connector with the scenarios' deciders, and seeds what the kit's tests are about. */
export async function prepareConnector(setting: Setting): Promise<Subject> {
  const { log } = setting
  const connector = await createConnector(configOf(setting), log && { log: { write: log } })
  const urls = await connector.start()
  const offers = await publish(connector)
  await giveAgreements(connector)
  const initiator = createInitiator({
    listener: { host: '127.0.0.1', port: 0 },
    negotiate: signal => negotiate(connector, signal),
    transfer: signal => transfer(connector, signal),
    unexpected: error => log?.(`the start signal could not be followed: ${error}`),
  })
  const initiate = await initiator.start()

  return {
    participantId: PARTICIPANT,
    protocolUrl: connector.protocolUrl(),
    baseUrl: urls.protocol,
    authorization: `Bearer ${TOKENS.kit}`,
    strangersAuthorization: `Bearer ${TOKENS.stranger}`,
    presents: `Bearer ${TOKENS.ours}`,
    offers,
    initiate,
    beginNegotiation: signal => post(initiate.negotiation, signal),
    beginTransfer: signal => post(initiate.transfer, signal),
    agreementOf: connector.negotiations.agreementOf,
    idle: id => idle(connector, id),
    async stop() {
      await initiator.stop()
      await connector.stop()
    },
  }
}

function configOf({ database, directory, log }: Setting): Config {
  const listener = { host: '127.0.0.1', port: 0 }
  const known = (id: string, accepts: string, presents: string) => ({
    id,
    accepts: createHash('sha256').update(accepts).digest('hex'),
    presents: new Secret(presents),
    groups: [],
  })
  return {
    participant: { id: PARTICIPANT },
    protocol: { ...listener, publicUrl: undefined },
    management: { ...listener, apiKey: new Secret('not-used-by-the-scenarios') },
    data: { ...listener, publicUrl: undefined, tokenLifetime: 600_000, files: undefined },
    database: { url: database, connections: 8 },
    directory,
    identity: {
      participants: [known(KIT_PARTICIPANT, TOKENS.kit, TOKENS.ours), known('STRANGER', TOKENS.stranger, 'nothing')],
    },
    negotiation: {
      counterOffers: 'refuse',
      webhook: undefined,
      deciders: [new URL('./scenarios.ts', import.meta.url).href],
    },
    network: { allow: ['127.0.0.0/8'], timeout: 10_000 },
    delivery: { giveUpAfter: 60_000 },
    contexts: { directory: undefined },
    log: { level: log ? 'debug' : 'silent', format: 'json' },
  }
}

/** Puts the kit's datasets on offer, and finds out the offers' ids. */
async function publish({ catalog }: Connector): Promise<ReadonlyMap<string, string>> {
  await catalog.policies.create({ id: 'use', policy: { permission } })
  for (const id of kitDatasets)
    await catalog.datasets.create({ id, properties: {}, source: { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' } })
  const selector = [{ operandLeft: 'id', operator: 'in', operandRight: kitDatasets }]
  await catalog.publications.create({ id: 'CD123', accessPolicyId: 'use', contractPolicyId: 'use', selector })
  return new Map(await Promise.all(kitDatasets.map(async id => [id, await offerIdOf(catalog, id)] as const)))
}

async function offerIdOf(catalog: Connector['catalog'], datasetId: string): Promise<string> {
  const text = await catalog.dataset({ id: KIT_PARTICIPANT, claims: {} }, datasetId)
  const [offer] = JSON.parse(text ?? '{}').hasPolicy ?? []
  if (typeof offer?.['@id'] !== 'string') throw new Error(`${datasetId} is not on offer`)
  return offer['@id']
}

/** The agreements of the transfer tests, all about the data of one dataset. */
async function giveAgreements({ db }: Connector): Promise<void> {
  const common = { participantId: PARTICIPANT, counterparty: KIT_PARTICIPANT, datasetId: 'CAT0101', permission }
  for (const id of testIds('TP')) await giveAgreement(db, { ...common, id: subjectOf(id), role: 'provider' })
  for (const id of testIds('TP_C')) await giveAgreement(db, { ...common, id: subjectOf(id), role: 'consumer' })
}

/** The kit sends no policy: the consumer makes one up. */
const negotiate = (
  { negotiations }: Connector,
  { providerId, connectorAddress, datasetId, offerId }: NegotiationSignal,
) =>
  negotiations.request({
    counterparty: providerId,
    address: connectorAddress,
    offer: { '@id': offerId, '@type': 'Offer', target: datasetId, permission },
  })

const transfer = ({ transfers }: Connector, { providerId, connectorAddress, ...asked }: TransferSignal) =>
  transfers.request({ counterparty: providerId, address: connectorAddress, ...asked })

async function post(url: string, signal: object): Promise<void> {
  const body = JSON.stringify({ providerId: KIT_PARTICIPANT, ...signal })
  const { ok, status } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  if (!ok) throw new Error(`the start signal was answered ${status}`)
}

/** A delayed move is work in the outbox, too: when there is none, nothing comes any more. */
async function idle({ db, outbox }: Connector, processId: string): Promise<void> {
  for (;;) {
    await outbox.drained()
    const [row] = await db.query<{ left: number }>('select count(*)::int as left from outbox where process_id = $1', [
      processId,
    ])
    if (row?.left === 0) return
    await sleep(20)
  }
}
