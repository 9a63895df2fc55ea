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

/** What else has failed for a process. */
export const failing = meaning(
  'What else is to be done for it and has failed; it is tried again, for ever.',
  listOf(
    named(
      'FailingWork',
      record({
        lane: meaning('What it is: set the data `flow`, `ask` a webhook, and the like.', text),
        since: time,
        attempts: whole,
        lastError: text,
        nextAttempt: time,
      }),
    ),
  ),
)

/** An attempt to bring an event to a program. */
export const attempt = named(
  'DeliveryAttempt',
  record({
    at: time,
    event: meaning('The id of the event, the same at every attempt.', text),
    type: text,
    ms: meaning('How long the receiver took.', whole),
    status: meaning('What it answered; null if it gave no answer.', orNull(whole)),
    error: meaning('Null if the receiver has taken it.', orNull(text)),
    nextAttempt: meaning('Null if there is to be none.', orNull(time)),
  }),
)

/** Those who are told what happens to a process. */
export const callbacks = listOf(
  named(
    'Callback',
    record(
      {
        url: text,
        events: meaning('Beginnings of the names of events, in the words of whoever asked for it.', listOf(text)),
        transactional: flag,
        pending: meaning('How many events it has not been told of yet.', whole),
        delivery: orNull(
          record({
            attempts: meaning('How often the first of them was tried in vain.', whole),
            lastError: orNull(text),
            nextAttempt: orNull(time),
            deadline: meaning('When it is given up; the process goes on all the same.', time),
          }),
        ),
        recent: meaning('The latest attempts, the last one first.', listOf(attempt)),
      },
      {
        header: meaning('The header by which we are known.', text),
        secret: meaning('The name of the secret in it.', text),
      },
    ),
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
  digest: meaning('SHA-256, hex, of the message as JSON with sorted members.', orNull(text)),
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
