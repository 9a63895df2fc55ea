import type { Test } from 'tap'
import type { Database } from '../../src/db/index.ts'
import { table } from '../../src/negotiation/table.ts'
import {
  type Answer,
  createOutbox,
  createRunner,
  type Decider,
  envelopeOf,
  joinReplicas,
  otherRole,
  type Process,
  type Role,
  type Rules,
  type Sending,
  serveProcesses,
} from '../../src/process/index.ts'
import { testDatabase } from './database.ts'

/** The diagram of negotiations with nothing in it but the moves. */
export interface ToyStep {
  readonly message: string
  readonly note?: string
}
export type Toy = Process<string, ToyStep, readonly string[]>
export type ToyDecider = Decider<Toy, object, ToyStep>

const toyRules = (deciders: readonly ToyDecider[]): Rules<Toy, ToyStep, object> => ({
  kind: 'negotiation',
  table: table as Rules<Toy, ToyStep, object>['table'],
  deciders,
  terminate: note => ({ message: 'terminate', note }),
  reasonOf: ({ message, note }) => (message === 'terminate' ? (note ?? 'no reason') : null),
  lookUp: async () => ({}),
  prepare: (_process, step) => step,
  apply: ({ data }, { message }, by) => [...data, `${by} ${message}`],
  reached: async () => {},
  lanes: () => [],
})

/** Says yes to everything. */
export const willing: ToyDecider = {
  name: 'willing',
  decide({ task, process: { role } }) {
    const moves: Record<string, string> = {
      considerOffer: role === 'provider' ? 'agree' : 'accept',
      sendAgreement: 'agree',
      sendVerification: 'verify',
      sendFinalization: 'finalize',
    }
    const message = moves[task ?? '']
    return message ? { kind: 'move', step: { message } } : undefined
  },
}

/** How a message of one side reaches the other; the answer is what comes back. */
export type Wire = (
  deliver: () => Promise<Answer>,
  about: { from: Role; sending: Sending<ToyStep>; process: Toy },
) => Promise<Answer>

export type Side = Awaited<ReturnType<typeof createSide>>

const claims = {}

/** One participant that speaks the toy protocol, on a database of its own. */
export async function createSide(given: {
  db: Database
  id: string
  deciders?: readonly ToyDecider[]
  deliver: (process: Toy, sending: Sending<ToyStep>) => Promise<Answer>
  giveUpAfter?: number
  now?: () => Date
}) {
  const { db, id, deciders = [willing], deliver, giveUpAfter = 60_000, now = () => new Date() } = given
  const replica = await joinReplicas(db)
  const failures: unknown[] = []
  const ignore = () => {}
  const events = { stateChanged: ignore, decided: ignore, messageSent: ignore, gaveUp: ignore }
  const outbox = createOutbox({
    db,
    replica,
    now,
    quick: [1, 2, 4, 8, 16],
    backoff: attempt => 5 * attempt,
    events: { failed: ({ error }) => failures.push(error) },
  })
  const runner = createRunner(toyRules(deciders), { db, outbox, now, events })
  serveProcesses<Toy, ToyStep>('negotiation', {
    outbox,
    runner,
    deliver,
    typeOf: ({ message }) => message,
    giveUpAfter,
    now,
    events,
  })
  return {
    id,
    number: replica.number,
    runner,
    outbox,
    failures,
    /** What a peer's message does here, over whatever wire it comes. */
    async receive(
      from: string,
      senderRole: Role,
      process: Pick<Toy, 'id' | 'peerPid'>,
      sending: Sending<ToyStep>,
    ): Promise<Answer> {
      const role = otherRole(senderRole)
      const pids = { [`${senderRole}Pid`]: process.id, ...(process.peerPid && { [`${role}Pid`]: process.peerPid }) }
      const message = { '@id': sending.id, ...pids, ...sending.step }
      const incoming = { ...envelopeOf({ id: from, claims }, message), step: sending.step }
      try {
        const own = process.peerPid
          ? await runner.receive(process.peerPid, incoming)
          : await runner.receiveFirst(incoming, { role, counterparty: from, address: from, data: [] })
        return {
          kind: 'acknowledged',
          body: { [`${role}Pid`]: own.id, [`${senderRole}Pid`]: process.id, state: own.state },
        }
      } catch (error) {
        if ((error as { status?: number }).status === undefined) throw error
        return { kind: 'refused', final: false, reason: (error as Error).message }
      }
    },
    /** Stops being seen as alive, as a killed process would. */
    leave: () => replica.leave(),
    async stop() {
      await outbox.stop()
      await replica.leave()
    },
  }
}

/** A consumer and a provider, joined by a wire. */
export async function createPair(
  t: Test,
  options: {
    wire?: Wire
    consumer?: readonly ToyDecider[]
    provider?: readonly ToyDecider[]
    giveUpAfter?: number
  } = {},
) {
  const { wire = deliver => deliver(), giveUpAfter = 60_000 } = options
  const sides: { consumer?: Side; provider?: Side } = {}
  const [consumerDb, providerDb] = [await testDatabase(t), await testDatabase(t)]
  const make = (role: Role, db: Database) =>
    createSide({
      db,
      id: role,
      giveUpAfter,
      deciders: options[role] ?? [willing],
      deliver: (process, sending) =>
        wire(
          async () => {
            const other = sides[otherRole(role)]
            if (!other) throw new Error('nobody there')
            return other.receive(role, role, process, sending)
          },
          { from: role, sending, process },
        ),
    })
  sides.consumer = await make('consumer', consumerDb)
  sides.provider = await make('provider', providerDb)
  const pair = sides as { consumer: Side; provider: Side }
  pair.consumer.outbox.start()
  pair.provider.outbox.start()
  t.teardown(() => Promise.all([pair.consumer.stop(), pair.provider.stop()]))
  return {
    ...pair,
    dbs: { consumer: consumerDb, provider: providerDb },
    make,
    sides: pair,
    /** Finishes all due work on both sides. */
    async drain(): Promise<void> {
      for (let quiet = 0; quiet < 2; ) {
        const before = await journalSize(consumerDb, providerDb)
        await Promise.all([pair.consumer.outbox.drained(), pair.provider.outbox.drained()])
        quiet = before === (await journalSize(consumerDb, providerDb)) ? quiet + 1 : 0
      }
    },
    request: (note?: string) =>
      pair.consumer.runner.begin(
        { role: 'consumer', counterparty: 'provider', address: 'provider', data: [] },
        { message: 'request', ...(note && { note }) },
        'operator',
      ),
    offer: () =>
      pair.provider.runner.begin(
        { role: 'provider', counterparty: 'consumer', address: 'consumer', data: [] },
        { message: 'offer' },
        'operator',
      ),
  }
}

async function journalSize(...dbs: Database[]): Promise<number> {
  const counts = await Promise.all(dbs.map(db => db.query<{ n: number }>('select count(*)::int as n from journal')))
  return counts.reduce((sum, [row]) => sum + (row?.n ?? 0), 0)
}
