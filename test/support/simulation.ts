import type { Database } from '../../src/db/index.ts'
import { otherRole, type Process, type Role, type Sending, type Step } from '../../src/process/index.ts'
import type { Party, PartyOptions } from './party.ts'

/** What can befall one message on the wire. */
export const fates = [
  'arrives',
  'is lost',
  'arrives, its answer is lost',
  'arrives twice',
  'arrives late',
  'crashes its sender',
  'crashes its receiver',
] as const
export type Fate = (typeof fates)[number]

/** A move that a person makes at one side while messages are under way. */
export interface Intervention<S extends Step> {
  readonly role: Role
  /** While the first messages are under way, or all at once when nothing is: then messages cross on the wire. */
  readonly when: 'early' | 'at rest'
  /** `terminate` goes whatever is under way; others are refused then. */
  readonly step: S
}

/** What one run is made of: what happens to messages, in order, and what people do to each process. */
export interface Plan<S extends Step> {
  readonly fates: readonly Fate[]
  readonly interventions: readonly (readonly Intervention<S>[])[]
}

/** A kind of process with which a consumer and a provider are played. */
export interface Play<P extends Process<string, S>, S extends Step> {
  /** One of the two, on that database. */
  readonly create: (role: Role, given: Omit<PartyOptions<P, S>, 'data'>) => Promise<Party<P, S>>
  /** What the consumer begins with. */
  readonly first: { readonly step: S; readonly data: P['data'] }
}

/** Lets a consumer begin a process for each list of interventions, and resolves when there is nothing left to do on either side. */
export async function simulate<P extends Process<string, S>, S extends Step>(
  play: Play<P, S>,
  dbs: Readonly<Record<Role, Database>>,
  plan: Plan<S>,
) {
  const script = [...plan.fates]
  const sides = {} as Record<Role, Party<P, S>>
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
    const side = await play.create(role, { db, id: role, deliver: (process, sending) => wire(role, process, sending) })
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

  async function wire(from: Role, process: P, sending: Sending<S>) {
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
        await pause(15)
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
  const { step, data } = play.first
  const beginning = { role: 'consumer', counterparty: 'provider', address: 'provider', data } as const
  const begun = await Promise.all(
    plan.interventions.map(() => sides.consumer.runner.begin(beginning, step, 'operator')),
  )
  begin()
  await interveneAll('early')
  await settle()
  await interveneAll('at rest')
  await settle()
  return { sides, begun, stop: () => Promise.all([sides.consumer.stop(), sides.provider.stop()]) }

  /** A process may be over already, its state the wrong one, or the connector dead at this very moment: then nobody intervenes. */
  async function interveneAll(moment: Intervention<S>['when']): Promise<void> {
    const all = begun.flatMap(({ id }, i) => (plan.interventions[i] ?? []).map(each => ({ id, ...each })))
    if (moment === 'early') await pause(10)
    await Promise.allSettled(all.filter(({ when }) => when === moment).map(({ id, ...each }) => intervene(id, each)))
  }

  async function intervene(id: string, { role, step }: Intervention<S>): Promise<void> {
    const ours = await sides.consumer.runner.find(id)
    const target = role === 'consumer' ? id : ours?.peerPid
    if (!target) return
    const { runner } = sides[role]
    await (step.message === 'terminate'
      ? runner.terminate(target, 'operator', 'enough')
      : runner.command(target, 'operator', step))
  }

  /** Until both databases are at rest: no work left in any outbox. */
  async function settle(): Promise<void> {
    for (;;) {
      await Promise.all(restarts.splice(0))
      await Promise.all([sides.consumer.outbox.drained(), sides.provider.outbox.drained()])
      const left = await Promise.all([dbs.consumer, dbs.provider].map(db => db.query('select from outbox')))
      if (left.every(rows => rows.length === 0) && restarts.length === 0) return
      await pause(10)
    }
  }
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

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
