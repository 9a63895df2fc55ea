import fc from 'fast-check'
import t from 'tap'
import type { Database } from '../../src/db/index.ts'
import { table } from '../../src/negotiation/table.ts'
import { listJournal, otherRole, type Role } from '../../src/process/index.ts'
import { testDatabase } from '../support/database.ts'
import { createSide, type Side, type Toy, type ToyDecider, willing } from '../support/toy.ts'

/** What can befall one message on the wire. */
const fates = [
  'arrives',
  'is lost',
  'arrives, its answer is lost',
  'arrives twice',
  'arrives late',
  'crashes its sender',
  'crashes its receiver',
] as const
type Fate = (typeof fates)[number]

/** Moves a person may throw in between. */
const interventions = ['none', 'none', 'consumer terminates', 'provider terminates'] as const

/** Offers back once, so that there are several rounds; then says yes. */
const haggling: ToyDecider = {
  name: 'haggling',
  decide({ task, process: { role, visits } }) {
    const offers = visits.OFFERED ?? 0
    if (task === 'considerOffer' && role === 'provider' && offers < 1)
      return { kind: 'move', step: { message: 'offer' } }
    if (task === 'considerOffer' && role === 'consumer' && offers < 2)
      return { kind: 'move', step: { message: 'request' } }
    return undefined
  },
}

/** A database that a crash cuts off: whatever the dead process still tries, fails. */
function cutOff(db: Database): { db: Database; cut(): void } {
  let dead = false
  const alive =
    <A extends unknown[], R>(work: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      if (dead) throw new Error('this process is dead')
      return work(...given)
    }
  return {
    cut: () => {
      dead = true
    },
    db: {
      ...db,
      query: alive(db.query.bind(db)) as Database['query'],
      transaction: alive((work: Parameters<Database['transaction']>[0]) =>
        db.transaction(tx =>
          work({ ...tx, afterCommit: tx.afterCommit, query: alive(tx.query.bind(tx)) as typeof tx.query }),
        ),
      ) as Database['transaction'],
    },
  }
}

async function simulate(
  dbs: Record<Role, Database>,
  plan: { fates: Fate[]; interventions: string[]; haggle: boolean },
) {
  const script = [...plan.fates]
  const sides = {} as Record<Role, Side>
  const cuts = {} as Record<Role, () => void>
  const restarts: Promise<void>[] = []
  const starting = new Set<Role>()
  // Nothing goes wrong before all is begun: a command that dies with its process is the person's to repeat.
  let begin = () => {}
  const allBegun = new Promise<void>(resolve => {
    begin = resolve
  })

  async function boot(role: Role): Promise<void> {
    const { db, cut } = cutOff(dbs[role])
    cuts[role] = cut
    const deciders = plan.haggle ? [haggling, willing] : [willing]
    const side = await createSide({
      db,
      id: role,
      deciders,
      deliver: (process, sending) => wire(role, process, sending),
    })
    sides[role] = side
    side.outbox.start()
  }

  async function crash(role: Role): Promise<void> {
    // What is starting cannot crash again: the simulation would lose track of it.
    if (starting.has(role)) return
    starting.add(role)
    cuts[role]()
    const dead = sides[role]
    await dead.leave()
    restarts.push(
      boot(role).then(() => {
        starting.delete(role)
        return dead.outbox.stop().catch(() => {})
      }),
    )
  }

  async function wire(from: Role, process: Toy, sending: Toy['sending'][number]) {
    await allBegun
    const to = otherRole(from)
    const deliver = () => sides[to].receive(from, from, process, sending)
    switch (script.shift() ?? 'arrives') {
      case 'is lost':
        throw new Error('lost')
      case 'arrives, its answer is lost':
        await deliver()
        throw new Error('lost')
      case 'arrives twice':
        return (await Promise.all([deliver(), deliver()]))[0]
      case 'arrives late':
        await new Promise(resolve => setTimeout(resolve, 15))
        return deliver()
      case 'crashes its sender': {
        const answer = await deliver()
        await crash(from)
        return answer
      }
      case 'crashes its receiver': {
        const [answer] = await Promise.all([deliver(), crash(to)])
        return answer
      }
      default:
        return deliver()
    }
  }

  await Promise.all([boot('consumer'), boot('provider')])
  const begun = await Promise.all(
    plan.interventions.map(() =>
      sides.consumer.runner.begin(
        { role: 'consumer', counterparty: 'provider', address: '', data: [] },
        { message: 'request' },
        'operator',
      ),
    ),
  )
  begin()
  // A process may be over already, or the connector dead at this very moment: then nobody intervenes.
  await Promise.all(begun.map(({ id }, i) => intervene(id, plan.interventions[i]).catch(() => {})))
  await settle()
  return { sides, begun, stop: () => Promise.all([sides.consumer.stop(), sides.provider.stop()]) }

  async function intervene(id: string, what: string | undefined): Promise<void> {
    if (!what?.endsWith('terminates')) return
    await new Promise(resolve => setTimeout(resolve, 20))
    const ours = await sides.consumer.runner.find(id)
    const [role, target] = what.startsWith('consumer')
      ? (['consumer', id] as const)
      : (['provider', ours?.peerPid] as const)
    if (target) await sides[role].runner.terminate(target, 'operator', 'enough')
  }

  /** Until both databases are at rest: no work left in any outbox. */
  async function settle(): Promise<void> {
    for (;;) {
      await Promise.all(restarts.splice(0))
      await Promise.all([sides.consumer.outbox.drained(), sides.provider.outbox.drained()])
      const left = await Promise.all([dbs.consumer, dbs.provider].map(db => db.query('select from outbox')))
      if (left.every(rows => rows.length === 0) && restarts.length === 0) return
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }
}

/** The moves one side has booked, in order, must be a path through the diagram. */
function isPath(data: readonly string[]): boolean {
  let state: Parameters<typeof table.arrow>[0] = null
  for (const move of data) {
    const [by, message] = move.split(' ') as [Role, Parameters<typeof table.arrow>[1]]
    const row = table.arrow(state, message, by)
    if (!row) return false
    state = row[3]
  }
  return true
}

t.test('whatever befalls the messages, both sides end in the same state, by a path through the diagram', async t => {
  const dbs = { consumer: await testDatabase(t), provider: await testDatabase(t) }
  const plans = fc.record({
    fates: fc.array(fc.constantFrom(...fates), { maxLength: 20 }),
    interventions: fc.array(fc.constantFrom(...interventions), { minLength: 1, maxLength: 4 }),
    haggle: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(plans, async plan => {
      const { sides, begun, stop } = await simulate(dbs, plan)
      for (const { id } of begun) {
        const ours = await sides.consumer.runner.find(id)
        const theirs = ours?.peerPid ? await sides.provider.runner.find(ours.peerPid) : undefined
        const told = JSON.stringify({ plan, ours, theirs, journal: await listJournal(dbs.consumer, id) })
        if (!ours || !isPath(ours.data) || (theirs && !isPath(theirs.data))) throw new Error(`no path: ${told}`)
        if (!['FINALIZED', 'TERMINATED'].includes(ours.state ?? '')) throw new Error(`not ended: ${told}`)
        if (theirs ? theirs.state !== ours.state : ours.state !== 'TERMINATED') throw new Error(`not agreed: ${told}`)
      }
      await stop()
    }),
    { numRuns: Number(process.env.KONTOR_TEST_RUNS ?? 25) },
  )
})
