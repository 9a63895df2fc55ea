import type { Connector } from '../../src/connector.ts'
import type { SignedAgreement } from '../../src/gaiax/index.ts'
import type { TargetedOffer } from '../../src/negotiation/types.ts'
import type { participant } from './world.ts'

/** A side of an agreement. */
export interface Party extends Pick<Awaited<ReturnType<typeof participant>>, 'did' | 'url'> {
  readonly connector: Connector
}

const terms = {
  permission: [{ action: 'use', constraint: [{ leftOperand: 'purpose', operator: 'eq', rightOperand: 'research' }] }],
}

/** Negotiates about a dataset until both have finalised; gives the agreement's id. */
export async function agree(
  consumer: Party,
  provider: Party,
  properties: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { catalog } = provider.connector
  await catalog.policies.create({ id: 'open', policy: terms as never })
  await catalog.publications.create({ id: 'all', accessPolicyId: 'open', contractPolicyId: 'open', selector: [] })
  await catalog.datasets.create({
    id: 'wind',
    properties,
    source: { type: 'HttpData', baseUrl: 'https://example.org/x' },
  })
  const shown = JSON.parse((await catalog.dataset({ id: consumer.did, claims: {} }, 'wind')) ?? '')
  const offer: TargetedOffer = { ...shown.hasPolicy[0], target: 'wind' }
  const { negotiations } = consumer.connector
  const address = `${provider.url}/dsp/2025-1`
  const { id } = await negotiations.request({ counterparty: provider.did, address, offer })
  for (;;) {
    for (const { connector } of [consumer, provider]) await connector.outbox.drained()
    const { state, error } = await negotiations.get(id)
    if (state === 'TERMINATED') throw new Error(`it was terminated: ${error}`)
    const [there] = await provider.connector.negotiations.list()
    if (state === 'FINALIZED' && there?.state === 'FINALIZED') break
  }
  return (await negotiations.agreementOf(id))?.id ?? ''
}

/** Runs the jobs that are due. */
export async function settle(...parties: readonly Pick<Party, 'connector'>[]): Promise<void> {
  for (const { connector } of parties) await connector.jobs.drained()
}

/** Runs the jobs of connectors until an agreement has this in the eyes of the first. */
export async function until(
  seen: Party,
  id: string,
  there: (signed: SignedAgreement) => boolean,
): Promise<SignedAgreement> {
  for (;;) {
    await settle(seen)
    const signed = await show(seen, id)
    if (there(signed)) return signed
    const { state, reason } = signed.delivery
    if (state === 'refused' || state === 'given-up') throw new Error(`it is ${state}: ${reason}`)
    await new Promise(setImmediate)
  }
}

/** An agreement as a side shows it to its operator. */
export async function show({ connector }: Pick<Party, 'connector'>, id: string): Promise<SignedAgreement> {
  const response = await fetch(
    `${connector.urls().management}/management/v1/gaia-x/agreements/${encodeURIComponent(id)}`,
    { headers: { 'x-api-key': 'a key for the tests' } },
  )
  if (!response.ok) throw new Error(`${id}: ${response.status}`)
  return (await response.json()) as SignedAgreement
}

/** Whether each side holds both signatures. */
export const both = ({ own, peer, delivery }: SignedAgreement) =>
  own !== null && peer !== null && delivery.state === 'delivered'
