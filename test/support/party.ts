import type { Database } from '../../src/db/index.ts'
import {
  type Answer,
  createOutbox,
  createRunner,
  envelopeOf,
  joinReplicas,
  otherRole,
  type Process,
  type Role,
  type Rules,
  type Runner,
  type Sending,
  type Step,
  serveProcesses,
} from '../../src/process/index.ts'

/** What a participant is made of, besides the rules it plays by. */
export interface PartyOptions<P extends Process<string, S>, S extends Step> {
  readonly db: Database
  readonly id: string
  /** What a process is about that a counterparty begins. */
  readonly data: P['data']
  /** Brings a step of ours to the other side. */
  readonly deliver: (process: P, sending: Sending<S>) => Promise<Answer>
  /** Lanes of the outbox in which nothing happens here. */
  readonly idle?: readonly string[]
  readonly giveUpAfter?: number
  readonly now?: () => Date
  /** How many processes a counterparty may have open here. */
  readonly mostOpen?: number
}

/** One participant with processes of one kind, without HTTP. */
export interface Party<P extends Process<string, S>, S extends Step> {
  readonly id: string
  /** Of its replica. */
  readonly number: number
  readonly runner: Runner<P, S>
  readonly outbox: ReturnType<typeof createOutbox>
  readonly failures: readonly unknown[]
  /** What a peer's message does here, over whatever wire it comes. */
  receive(from: string, senderRole: Role, process: Pick<P, 'id' | 'peerPid'>, sending: Sending<S>): Promise<Answer>
  /** Stops being seen as alive, as a killed process would. */
  leave(): Promise<void>
  stop(): Promise<void>
}

const claims = {}

/** A participant that plays by these rules, on a database of its own. Nothing is done before its outbox is started. */
export async function createParty<P extends Process<string, S>, S extends Step, World>(
  rules: Rules<P, S, World>,
  given: PartyOptions<P, S>,
): Promise<Party<P, S>> {
  const { db, id, data, deliver, idle = [], giveUpAfter = 60_000, now = () => new Date(), mostOpen } = given
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
  const runner = createRunner(rules, { db, outbox, now, events, mostOpen })
  const typeOf = ({ message }: S) => message
  serveProcesses<P, S>(rules.kind, { outbox, runner, deliver, typeOf, giveUpAfter, now, events })
  for (const lane of idle) outbox.serve(rules.kind, lane, async () => {})
  return {
    id,
    number: replica.number,
    runner,
    outbox,
    failures,
    async receive(from, senderRole, process, sending) {
      const role = otherRole(senderRole)
      const pids = { [`${senderRole}Pid`]: process.id, ...(process.peerPid && { [`${role}Pid`]: process.peerPid }) }
      const message = { '@id': sending.id, ...pids, ...sending.step }
      const incoming = { ...envelopeOf({ id: from, claims }, message), step: sending.step }
      try {
        const own = process.peerPid
          ? await runner.receive(process.peerPid, incoming)
          : await runner.receiveFirst(incoming, { role, counterparty: from, address: from, data })
        return {
          kind: 'acknowledged',
          body: { [`${role}Pid`]: own.id, [`${senderRole}Pid`]: process.id, state: own.state },
        }
      } catch (error) {
        if ((error as { status?: number }).status === undefined) throw error
        return { kind: 'refused', final: false, reason: (error as Error).message }
      }
    },
    leave: () => replica.leave(),
    async stop() {
      await outbox.stop()
      await replica.leave()
    },
  }
}
