import t from 'tap'
import { transitions } from '../../src/transfer/table.ts'

/** The arrows of the standard's state diagram; C and P name who sends. */
const figure = `
  START     > REQUESTED C
  REQUESTED > STARTED   P      REQUESTED > TERMINATED C/P
  STARTED   > COMPLETED C/P    STARTED   > SUSPENDED  C/P    STARTED   > TERMINATED C/P
  SUSPENDED > STARTED   C/P    SUSPENDED > TERMINATED C/P`

/** What the standard does not have, and the Eclipse EDC does: the answer to a consumer that resumes. */
const beyond = `
  STARTED   > STARTED   P`

t.test('the table has every arrow of the standard, and no other but the answer to a resumption', async t => {
  const drawn = [...`${figure}${beyond}`.matchAll(/(\w+) +> (\w+) +(\S+)/g)].flatMap(([, from, to, senders = '']) =>
    senders.split('/').map(sender => `${from} > ${to} ${sender}`),
  )
  const built = transitions.map(
    ([from, , sender, to]) => `${from ?? 'START'} > ${to} ${sender === 'consumer' ? 'C' : 'P'}`,
  )
  t.same(built.sort(), drawn.sort())
})
