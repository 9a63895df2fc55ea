import type { EventType, Fact, ProcessFact } from '../events/index.ts'
import type { Entry } from './journal.ts'
import type { Kind } from './store.ts'
import type { Process } from './types.ts'

/** So many reasons are told, and of each so many characters: the whole is in the journal. */
const MOST_REASONS = 10
const LONGEST_REASON = 1_000

/** What others are told of a process: which it is, and how it stands. */
export function aboutProcess({ role, counterparty, state, data }: Process) {
  const { datasetId, agreementId, agreement } = (data ?? {}) as {
    readonly datasetId?: string
    readonly agreementId?: string
    readonly agreement?: { readonly '@id': string }
  }
  return { role, counterparty, state, dataset: datasetId || null, agreement: agreementId ?? agreement?.['@id'] ?? null }
}

/** What others may want to hear of what was noted in a turn: an entry of the journal each, and the end that nobody has sent a message for. */
export function factsOf(
  kind: Kind,
  process: Process,
  entries: readonly Entry[],
  reached: readonly { readonly state: string; readonly by: string }[],
): Fact[] {
  const about = aboutProcess(process)
  const fact = (type: string, told: Omit<ProcessFact, keyof typeof about>): Fact =>
    // The table has a type for each state and each kind of entry: a test goes through them.
    ({ type: `${kind}.${type}` as EventType, subject: process.id, data: { ...about, ...told } }) as Fact
  const noted = entries.map(entry => {
    const { actor, event, message = null, digest = null, seq, hash } = entry
    const told = { actor, cause: event, message, reasons: reasonsOf(entry, process), digest, journal: { seq, hash } }
    return fact(typeOf(entry), told)
  })
  const silent = reached.filter(({ state }) => !entries.some(entry => entry.state === state))
  return [
    ...noted,
    ...silent.map(({ state }) =>
      fact(state.toLowerCase(), {
        actor: 'connector',
        cause: 'ended',
        message: null,
        reasons: inShort([process.error]),
        digest: null,
        journal: null,
      }),
    ),
  ]
}

/** A state that was reached is what others wait for, whoever's message it was. */
function typeOf({ state, event, message }: Entry): string {
  if (state !== undefined) return state.toLowerCase()
  return event === 'decided' && message === 'ask' ? 'waiting' : event
}

function reasonsOf({ detail, state }: Entry, { error }: Process): readonly string[] {
  const { reasons, reason } = (detail ?? {}) as { readonly reasons?: readonly string[]; readonly reason?: string }
  return inShort(reasons ?? [reason ?? (state === 'TERMINATED' ? error : null)])
}

const inShort = (reasons: readonly (string | null)[]): readonly string[] =>
  reasons
    .filter(reason => typeof reason === 'string')
    .slice(0, MOST_REASONS)
    .map(reason => (reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason))
