import t from 'tap'
import { transitions } from '../../src/negotiation/table.ts'

/** The arrows of the standard's state diagram; C and P name who sends. */
const figure = `
  START     > REQUESTED  C      START     > OFFERED    P
  REQUESTED > OFFERED    P      REQUESTED > AGREED     P     REQUESTED > TERMINATED C/P
  OFFERED   > REQUESTED  C      OFFERED   > ACCEPTED   C     OFFERED   > TERMINATED C/P
  ACCEPTED  > AGREED     P      ACCEPTED  > TERMINATED P
  AGREED    > VERIFIED   C      AGREED    > TERMINATED C
  VERIFIED  > FINALIZED  P      VERIFIED  > TERMINATED P`

/** "The message MAY be sent at any state": three terminations that the text allows and the figure leaves out. */
const text = `ACCEPTED > TERMINATED C     AGREED > TERMINATED P     VERIFIED > TERMINATED C`

/** What the standard does not have: an EDC that has forgotten its agreement makes another one. */
const beyond = `AGREED > AGREED P`

const drawn = [...`${figure} ${text} ${beyond}`.matchAll(/(\w+) +> (\w+) +(\S+)/g)].flatMap(
  ([, from, to, senders = '']) => senders.split('/').map(sender => `${from} > ${to} ${sender}`),
)

t.test('the table has every arrow of the standard, and no other but a second agreement', async t => {
  const built = transitions.map(
    ([from, , sender, to]) => `${from ?? 'START'} > ${to} ${sender === 'consumer' ? 'C' : 'P'}`,
  )
  t.same(built.sort(), drawn.sort())
})

t.test('a message leads from a state to one other only', async t => {
  const keys = transitions.map(([from, message, sender]) => `${from} ${message} ${sender}`)
  t.equal(new Set(keys).size, keys.length)
})

t.test('whoever receives a message of the happy path has something to do, but for the last one', async t => {
  // A second agreement finds the verification under way.
  const idle = transitions.filter(([, , , , task]) => task === null).map(([, message]) => message)
  t.same(new Set(idle), new Set(['finalize', 'terminate', 'agree']))
})
