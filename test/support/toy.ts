import type { Test } from 'tap'
import type { Database } from '../../src/db/index.ts'
import { table } from '../../src/negotiation/table.ts'
import {
  type Answer,
  type Decider,
  otherRole,
  type Process,
  type Role,
  type Rules,
  type Sending,
} from '../../src/process/index.ts'
import { testDatabase } from './database.ts'
import { createParty, type Party, type PartyOptions } from './party.ts'

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
  reached: () => [],
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

export type Side = Party<Toy, ToyStep>

/** One participant that speaks the toy protocol, on a database of its own. */
export const createSide = ({
  deciders = [willing],
  ...given
}: Omit<PartyOptions<Toy, ToyStep>, 'data'> & { deciders?: readonly ToyDecider[] }): Promise<Side> =>
  createParty(toyRules(deciders), { ...given, data: [] })

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
