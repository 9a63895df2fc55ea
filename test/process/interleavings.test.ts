import fc from 'fast-check'
import t from 'tap'
import type { PublishedOffer } from '../../src/catalog/index.ts'
import type { Database } from '../../src/db/index.ts'
import { builtInDeciders as negotiationDeciders } from '../../src/negotiation/deciders.ts'
import type { Negotiation, NegotiationDecider, NegotiationStep } from '../../src/negotiation/index.ts'
import { createRules as negotiationRules } from '../../src/negotiation/rules.ts'
import { findAgreementOf } from '../../src/negotiation/store.ts'
import { table as negotiationTable } from '../../src/negotiation/table.ts'
import { listJournal, otherRole, type Process, type Role, type Step, type Table } from '../../src/process/index.ts'
import { builtInDeciders as transferDeciders } from '../../src/transfer/deciders.ts'
import type { Transfer, TransferStep } from '../../src/transfer/index.ts'
import { createRules as transferRules } from '../../src/transfer/rules.ts'
import { table as transferTable } from '../../src/transfer/table.ts'
import { giveAgreement } from '../support/agreements.ts'
import { testDatabase } from '../support/database.ts'
import { createParty } from '../support/party.ts'
import { fates, type Plan, type Play, simulate } from '../support/simulation.ts'

/*
 * Both state machines, with their real tables, rules and deciders, over a wire that does what wires do, while people interfere and processes
 * die. KONTOR_TEST_RUNS sets how many plans are tried.
 */
const offer = { '@id': 'offer-1', '@type': 'Offer', permission: [{ action: 'use' }] } as const
const published: PublishedOffer = { offer, datasetId: 'wind', formats: ['HttpData-PULL'], outdated: false }

/** A provider that first offers back what it was asked for, so that there are two rounds. */
const haggling: NegotiationDecider = {
  name: 'haggling',
  decide({ task, process: { role, visits } }) {
    if (task !== 'considerOffer' || role !== 'provider' || visits.OFFERED !== undefined) return undefined
    return { kind: 'move', step: { message: 'offer', offer: { ...offer, target: 'wind' } } }
  },
}

const negotiationPlay = (haggle: boolean): Play<Negotiation, NegotiationStep> => ({
  first: { step: { message: 'request', offer: { ...offer, target: 'wind' } }, data: { datasetId: 'wind', offers: [] } },
  create: (role, given) => {
    const deciders = [...(haggle ? [haggling] : []), ...negotiationDeciders('refuse')]
    const rules = negotiationRules({ participantId: role, findOffer: async () => published, deciders })
    return createParty(rules, { ...given, data: { datasetId: 'wind', offers: [] } })
  },
})

const asked = { agreementId: 'agreement-1', datasetId: 'wind', format: 'HttpData-PULL' } as const

const transferPlay: Play<Transfer, TransferStep> = {
  first: { step: { message: 'request', agreementId: asked.agreementId, format: asked.format }, data: asked },
  create: (_role, given) => {
    const findSource = async () => ({ type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' })
    const rules = transferRules({
      findSource,
      formatsOf: () => [asked.format],
      deciders: transferDeciders,
      settled: async () => {},
    })
    return createParty(rules, { ...given, data: asked, idle: ['flow', 'watch'] })
  },
}

/** What may happen to messages, and what people may do to one to four processes. */
function plans<S extends Step>(steps: readonly S[]): fc.Arbitrary<Plan<S>> {
  const intervention = fc.record({
    role: fc.constantFrom('consumer' as const, 'provider' as const),
    when: fc.constantFrom('early' as const, 'at rest' as const),
    step: fc.constantFrom(...steps),
  })
  const interventions = fc.array(fc.array(intervention, { maxLength: 4 }), { minLength: 1, maxLength: 4 })
  return fc.record({ fates: fc.array(fc.constantFrom(...fates), { maxLength: 20 }), interventions })
}

const numRuns = Number(process.env.KONTOR_TEST_RUNS ?? 30)
const ends: NegotiationStep & TransferStep = { message: 'terminate', reason: ['enough'] }

type Databases = Readonly<Record<Role, Database>>

/** Runs a plan; throws, with all there is to know, if a side is in a state it cannot be in, or the two do not agree. */
async function check<P extends Process<string, S>, S extends Step>(
  play: Play<P, S>,
  dbs: Databases,
  plan: Plan<S>,
  { table, final }: { table: Table<string, string, string>; final: readonly string[] },
  more: (ours: P, theirs: P) => Promise<void> = async () => {},
): Promise<void> {
  const { sides, begun, stop } = await simulate(play, dbs, plan)
  for (const { id } of begun) {
    const ours = await sides.consumer.runner.find(id)
    const theirs = ours?.peerPid ? await sides.provider.runner.find(ours.peerPid) : undefined
    const journals = await Promise.all([
      listJournal(dbs.consumer, id),
      theirs ? listJournal(dbs.provider, theirs.id) : [],
    ])
    const told = JSON.stringify({ plan, ours, theirs, journals })
    if (!isPath(table, 'consumer', journals[0]) || !isPath(table, 'provider', journals[1]))
      throw new Error(`no path: ${told}`)
    if (!ours || !final.includes(ours.state ?? '')) throw new Error(`not ended: ${told}`)
    if (theirs ? theirs.state !== ours.state : ours.state !== 'TERMINATED') throw new Error(`not agreed: ${told}`)
    if (theirs) await more(ours, theirs)
  }
  await stop()
}

/** The moves that one side has booked, in order, must be a path through the diagram. */
function isPath(
  table: Table<string, string, string>,
  role: Role,
  journal: readonly { readonly event: string; readonly message?: string | null; readonly state?: string | null }[],
): boolean {
  let state: string | null = null
  for (const { event, message, state: reached } of journal) {
    if (!reached || !message) continue
    const row = table.arrow(state, message, event === 'acknowledged' ? role : otherRole(role))
    if (row?.[3] !== reached) return false
    state = reached
  }
  return true
}

t.test('whatever befalls the messages of a negotiation, both sides end alike, with one agreement or none', async t => {
  const dbs = { consumer: await testDatabase(t), provider: await testDatabase(t) }
  const rules = { table: negotiationTable, final: ['FINALIZED', 'TERMINATED'] }
  /** The agreement counts on both sides or on none, and says the same. */
  const sameAgreement = async (ours: Negotiation, theirs: Negotiation) => {
    const kept = [await findAgreementOf(dbs.consumer, ours.id), await findAgreementOf(dbs.provider, theirs.id)]
    const counting = kept.map(each => (each?.finalizedAt ? JSON.stringify(each.agreement) : undefined))
    if (counting[0] !== counting[1]) throw new Error(`two agreements: ${JSON.stringify(kept)}`)
    if ((counting[0] !== undefined) !== (ours.state === 'FINALIZED')) throw new Error(`${ours.state}: ${counting[0]}`)
  }
  await fc.assert(
    fc.asyncProperty(plans<NegotiationStep>([ends]), fc.boolean(), (plan, haggle) =>
      check(negotiationPlay(haggle), dbs, plan, rules, sameAgreement),
    ),
    { numRuns },
  )
})

t.test('whatever befalls the messages of a transfer, both sides are in the same state afterwards', async t => {
  const dbs = { consumer: await testDatabase(t), provider: await testDatabase(t) }
  await giveAgreement(dbs.provider, {
    id: asked.agreementId,
    role: 'provider',
    participantId: 'provider',
    counterparty: 'consumer',
    datasetId: asked.datasetId,
    permission: [{ action: 'use' }],
  })
  const steps: readonly TransferStep[] = [
    { message: 'suspend', reason: ['rest'] },
    { message: 'start' },
    { message: 'start', awaitsStart: true },
    { message: 'complete' },
    ends,
  ]
  const rules = { table: transferTable, final: ['STARTED', 'SUSPENDED', 'COMPLETED', 'TERMINATED'] }
  await fc.assert(
    fc.asyncProperty(plans(steps), plan => check(transferPlay, dbs, plan, rules)),
    { numRuns },
  )
})
