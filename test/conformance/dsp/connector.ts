import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import {
  KIT_FORMAT,
  KIT_PARTICIPANT,
  kitDatasets,
  permission,
  subjectOf,
  testIds,
} from '../../../src/cli/conformance/kit.ts'
import { Secret } from '../../../src/config/index.ts'
import { type Connector, createConnector } from '../../../src/connector.ts'
import type { AgreementRecord } from '../../../src/negotiation/index.ts'
import { giveAgreement } from '../../support/agreements.ts'
import { testDatabaseUrl } from '../../support/database.ts'
import { PARTICIPANT, scenarioConfig, secrets } from './scenario-config.ts'

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
  /** Asks for a contract about a dataset, or for the data, of the peer at that URL. */
  beginNegotiation(url: string, datasetId: string): Promise<unknown>
  beginTransfer(url: string, agreementId: string): Promise<unknown>
  /** The agreement that a negotiation has led to. */
  agreementOf(negotiationId: string): Promise<AgreementRecord | undefined>
  /** Resolves when nothing is left to be done for a process, later neither. */
  idle(processId: string): Promise<void>
}

/** A prepared connector for a test file, gone at its end. */
export async function startSubject(t: Pick<Test, 'teardown'>): Promise<Subject> {
  const database = new Secret(await testDatabaseUrl(t))
  const connector = await createConnector(scenarioConfig({ database, directory: '/nowhere', log: 'silent' }))
  t.teardown(() => connector.stop())
  const { protocol } = await connector.start()
  const offers = await publish(connector)
  await giveAgreements(connector)
  return {
    participantId: PARTICIPANT,
    protocolUrl: connector.protocolUrl(),
    baseUrl: protocol,
    authorization: `Bearer ${secrets.kitShows}`,
    strangersAuthorization: `Bearer ${secrets.strangerShows}`,
    presents: `Bearer ${secrets.weShow}`,
    offers,
    beginNegotiation: (url, datasetId) => negotiate(connector, url, datasetId),
    beginTransfer: (url, agreementId) => transfer(connector, url, agreementId),
    agreementOf: connector.negotiations.agreementOf,
    idle: id => idle(connector, id),
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

/** The agreements of the transfer tests, each named like its dataset. */
async function giveAgreements({ db }: Connector): Promise<void> {
  const roles = { TP: 'provider', TP_C: 'consumer' } as const
  for (const kind of ['TP', 'TP_C'] as const)
    for (const id of testIds(kind).map(subjectOf)) {
      const parties = { participantId: PARTICIPANT, counterparty: KIT_PARTICIPANT, role: roles[kind] }
      await giveAgreement(db, { id, datasetId: id, permission, ...parties })
    }
}

/** The kit names an offer, but sends no policy: the consumer makes one up. */
const negotiate = ({ negotiations }: Connector, address: string, datasetId: string) =>
  negotiations.request({
    counterparty: KIT_PARTICIPANT,
    address,
    offer: { '@id': `offer${datasetId}`, '@type': 'Offer', target: datasetId, permission },
  })

const transfer = ({ transfers }: Connector, address: string, agreementId: string) =>
  transfers.request({ counterparty: KIT_PARTICIPANT, address, agreementId, format: KIT_FORMAT })

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
