import {
  among,
  anyObject,
  anything,
  flag,
  listOf,
  meaning,
  named,
  orNull,
  record,
  text,
  time,
  whole,
} from '../../schemas.ts'

export const role = among('consumer', 'provider')

/** A policy, offer or agreement: ODRL in JSON-LD, as the protocol's schema has it. */
export const policy = named('OdrlPolicy', {
  ...anyObject,
  description: 'A policy in the words of ODRL 2.2, compact, as the context of the Dataspace Protocol has them.',
})

/** One page of a list, with a place to go on from. */
export const pageOf = (items: ReturnType<typeof record>) =>
  record({
    items: listOf(items),
    offset: whole,
    limit: whole,
    next: meaning('Given as `after` it asks for the page behind this one; null on the last.', orNull(text)),
  })

/** One page of a list that is not long enough to need that. */
export const shortPageOf = (items: ReturnType<typeof record>) =>
  record({ items: listOf(items), offset: whole, limit: whole })

export const waiting = orNull(
  named(
    'Waiting',
    record({
      whom: among('person', 'webhook'),
      since: time,
      reasons: listOf(text),
    }),
  ),
)

/** How it stands with a message of ours under way. */
export const delivery = orNull(
  named(
    'Delivery',
    record({
      since: time,
      attempts: meaning('How often it was tried in vain.', whole),
      nextAttempt: time,
      deadline: meaning('When it is given up, and the process ends.', time),
      lastError: orNull(text),
    }),
  ),
)

/** What a journal tells of one happening. */
export const historyEntry = {
  seq: whole,
  at: time,
  actor: meaning('A participant, `operator`, `connector`, or the name of a decider.', text),
  event: among('received', 'sent', 'acknowledged', 'decided', 'commanded', 'refused', 'gave-up'),
  message: orNull(text),
  state: meaning('The state it led to.', orNull(text)),
  digest: meaning('SHA-256, hex, of the message.', orNull(text)),
  detail: meaning('Reasons and reports, as far as there are any.', anything),
  hash: meaning('SHA-256, hex, over the hash of the entry before and this entry.', text),
}

/** What happened to a process. */
export const history = named(
  'History',
  record({
    items: listOf(named('HistoryEntry', record(historyEntry))),
  }),
)

/** How a policy was judged, in short. */
const rules = listOf(anyObject)
export const judgement = named(
  'Judgement',
  record({
    permitted: flag,
    report: record({ permitted: flag, reasons: listOf(text), rules }, { conflict: text }),
  }),
)
