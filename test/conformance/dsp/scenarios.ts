/**
 * What the connector has to do by itself in the tests of the DSP conformance kit, one row a test: loaded by the setting
 * `negotiation.deciders`, asked before the built-in deciders. A process is known by its dataset, so any other is decided as
 * usual.
 */
import { subjectOf } from '../../../src/cli/conformance/kit.ts'
import type {
  Negotiation,
  NegotiationDecider,
  NegotiationState,
  NegotiationStep,
} from '../../../src/negotiation/index.ts'
import type { Opinion, Process, Step } from '../../../src/process/index.ts'
import type { Transfer, TransferDecider, TransferState, TransferStep } from '../../../src/transfer/index.ts'

/**
 * The kit books its own step only after it has read our answer, and looks for ours every 100 ms: what comes sooner than that
 * is refused, some of it for good. So every move waits, ms.
 */
const PAUSE = 200

type Move<P, S> = (process: P) => S

/** What to do when a process has come into a state, for the first time or (`REQUESTED 2`) again; otherwise nothing. */
type Moves<State extends string, P, S> = { readonly [When in State | `${State} ${number}`]?: Move<P, S> }

/** One test of the kit. */
type Scenario<State extends string, P, S> = readonly [testId: string, moves: Moves<State, P, S>]

const onTheTable = ({ data }: Negotiation) => {
  const round = data.offers.at(-1)
  if (!round) throw new Error('A scenario speaks of an offer before there is one.')
  return round.offer
}

const because = { code: 'scenario', reason: ['The scenario wants it so.'] }
const offer: Move<Negotiation, NegotiationStep> = process => ({ message: 'offer', offer: onTheTable(process) })
const counter: Move<Negotiation, NegotiationStep> = process => ({ message: 'request', offer: onTheTable(process) })
const accept = () => ({ message: 'accept' }) as const
const agree = () => ({ message: 'agree' }) as const
const verify = () => ({ message: 'verify' }) as const
const finalize = () => ({ message: 'finalize' }) as const
const start = () => ({ message: 'start' }) as const
const complete = () => ({ message: 'complete' }) as const
const suspend = () => ({ message: 'suspend', ...because }) as const
const terminate = () => ({ message: 'terminate', ...because }) as const

// biome-ignore format: a table is read by its columns
const negotiations: readonly Scenario<NegotiationState, Negotiation, NegotiationStep>[] = [
  // we provide     when it is … for the first (second) time, we …
  [ 'CN:01-01',   { REQUESTED: offer                                          } ],
  [ 'CN:01-02',   { REQUESTED: offer,     'REQUESTED 2': terminate            } ],
  [ 'CN:01-03',   { REQUESTED: offer,     ACCEPTED: agree, VERIFIED: finalize } ],
  [ 'CN:01-04',   { REQUESTED: agree,     VERIFIED: finalize                  } ],
  [ 'CN:02-01',   { REQUESTED: terminate                                      } ],
  [ 'CN:02-02',   {                                                           } ],
  [ 'CN:02-03',   { REQUESTED: agree                                          } ],
  [ 'CN:02-04',   { REQUESTED: offer                                          } ],
  [ 'CN:02-05',   { REQUESTED: offer,     OFFERED: terminate                  } ],
  [ 'CN:02-06',   { REQUESTED: offer,     ACCEPTED: terminate                 } ],
  [ 'CN:02-07',   { REQUESTED: agree,     VERIFIED: terminate                 } ],
  [ 'CN:03-01',   { REQUESTED: agree,     VERIFIED: finalize                  } ],
  [ 'CN:03-02',   { REQUESTED: offer                                          } ],
  [ 'CN:03-03',   { REQUESTED: offer                                          } ],
  [ 'CN:03-04',   { REQUESTED: offer                                          } ],

  // we consume
  [ 'CN_C:01-01', { OFFERED: accept,      AGREED: verify                      } ],
  [ 'CN_C:01-02', { OFFERED: counter                                          } ],
  [ 'CN_C:01-03', { OFFERED: terminate                                        } ],
  [ 'CN_C:01-04', { AGREED: verify                                            } ],
  [ 'CN_C:02-01', {                                                           } ],
  [ 'CN_C:02-02', { REQUESTED: terminate                                      } ],
  [ 'CN_C:02-03', { AGREED: terminate                                         } ],
  [ 'CN_C:02-04', {                                                           } ],
  [ 'CN_C:02-05', { OFFERED: accept                                           } ],
  [ 'CN_C:02-06', { AGREED: verify                                            } ],
  [ 'CN_C:03-01', {                                                           } ],
  [ 'CN_C:03-02', {                                                           } ],
  [ 'CN_C:03-03', {                                                           } ],
  [ 'CN_C:03-04', { OFFERED: accept                                           } ],
  [ 'CN_C:03-05', { OFFERED: accept                                           } ],
  [ 'CN_C:03-06', { OFFERED: accept                                           } ],
]

// biome-ignore format: a table is read by its columns
const transfers: readonly Scenario<TransferState, Transfer, TransferStep>[] = [
  // we provide
  [ 'TP:01-01',   { REQUESTED: start,     STARTED: terminate                                           } ],
  [ 'TP:01-02',   { REQUESTED: start,     STARTED: complete                                            } ],
  [ 'TP:01-03',   { REQUESTED: start,     STARTED: suspend, SUSPENDED: terminate                       } ],
  [ 'TP:01-04',   { REQUESTED: start,     STARTED: suspend, SUSPENDED: start,   'STARTED 2': complete  } ],
  [ 'TP:01-05',   { REQUESTED: terminate                                                               } ],
  [ 'TP:02-01',   { REQUESTED: start                                                                   } ],
  [ 'TP:02-02',   { REQUESTED: start                                                                   } ],
  [ 'TP:02-03',   { REQUESTED: start                                                                   } ],
  [ 'TP:02-04',   { REQUESTED: start                                                                   } ],
  [ 'TP:02-05',   {                                                                                    } ],
  [ 'TP:03-01',   {                                                                                    } ],
  [ 'TP:03-02',   {                                                                                    } ],
  [ 'TP:03-03',   { REQUESTED: start                                                                   } ],
  [ 'TP:03-04',   { REQUESTED: start                                                                   } ],
  [ 'TP:03-05',   { REQUESTED: start                                                                   } ],
  [ 'TP:03-06',   { REQUESTED: start                                                                   } ],

  // we consume
  [ 'TP_C:01-01', {                                                                                    } ],
  [ 'TP_C:01-02', {                                                                                    } ],
  [ 'TP_C:01-03', {                                                                                    } ],
  [ 'TP_C:01-04', {                                                                                    } ],
  [ 'TP_C:01-05', {                                                                                    } ],
  [ 'TP_C:02-01', { STARTED: terminate                                                                 } ],
  [ 'TP_C:02-02', { STARTED: complete                                                                  } ],
  [ 'TP_C:02-03', { STARTED: suspend,     SUSPENDED: terminate                                         } ],
  [ 'TP_C:02-04', { STARTED: suspend,     SUSPENDED: start, 'STARTED 2': complete                      } ],
  [ 'TP_C:02-05', { REQUESTED: terminate                                                               } ],
  [ 'TP_C:03-01', {                                                                                    } ],
  [ 'TP_C:03-02', {                                                                                    } ],
  [ 'TP_C:03-03', {                                                                                    } ],
  [ 'TP_C:03-04', {                                                                                    } ],
  [ 'TP_C:03-05', {                                                                                    } ],
  [ 'TP_C:03-06', {                                                                                    } ],
]

/** Negotiations and transfers are about a dataset. */
interface About {
  readonly datasetId: string
}

/** Finds a process's scenario by what it is about, and answers from its row: a move, or explicitly nothing. */
function opinions<State extends string, P extends Process<string, S, About>, S extends Step>(
  scenarios: readonly Scenario<State, P, S>[],
): (situation: { process: P }) => Opinion<S> | undefined {
  const rows = new Map<string, { readonly [when: string]: Move<P, S> | undefined }>(
    scenarios.map(([testId, moves]) => [subjectOf(testId), moves]),
  )
  return ({ process }) => {
    const moves = rows.get(process.data.datasetId)
    const state = process.state ?? ''
    const times = process.visits[state] ?? 1
    const move = moves?.[times === 1 ? state : `${state} ${times}`]
    if (move) return { kind: 'move', step: move(process), after: PAUSE }
    return moves && { kind: 'nothing' }
  }
}

const negotiation: NegotiationDecider = {
  name: 'conformance-scenario',
  decide: opinions(negotiations),
}

const transfer: TransferDecider = {
  name: 'conformance-scenario',
  decide: opinions(transfers),
}

export default { negotiation: [negotiation], transfer: [transfer] }
