import t from 'tap'
import { type AskWebhook, askLane } from '../../src/negotiation/ask.ts'
import type { Negotiation, NegotiationStep } from '../../src/negotiation/index.ts'
import type { Runner, Task } from '../../src/process/index.ts'

const offer = { '@id': 'o', '@type': 'Offer', target: 'wind', permission: [{ action: 'use' }] } as const

/** A negotiation that waits for the webhook's word on its latest offer. */
const waitingSince = (since: string, offers = 1): Negotiation =>
  ({
    id: 'n',
    role: 'provider',
    state: 'REQUESTED',
    counterparty: 'did:web:them',
    data: { datasetId: 'wind', offers: Array(offers).fill({ by: 'consumer', offer, at: since }) },
    waiting: { whom: 'webhook', since, reasons: ['The terms differ from what was offered.'] },
  }) as unknown as Negotiation

/** Does the lane's work once; `later` is the negotiation at the moment the answer has come. */
async function moves(asked: Negotiation, later: Negotiation, ask: AskWebhook): Promise<NegotiationStep[]> {
  const made: NegotiationStep[] = []
  const command = async (
    _id: string,
    _actor: string,
    make: NegotiationStep | ((now: Negotiation) => NegotiationStep),
  ) => {
    made.push(typeof make === 'function' ? make(later) : make)
    return later
  }
  const runner = { find: async () => asked, command } as unknown as Runner<Negotiation, NegotiationStep>
  await askLane(runner, ask)({ process: asked } as unknown as Task)
  return made
}

const first = waitingSince('2026-01-01T00:00:00.000Z')
const second = waitingSince('2026-01-02T00:00:00.000Z', 3)

// biome-ignore format: a table is read by its columns
const answers = [
  [ { decision: 'approve' },                       [{ message: 'agree' }]                           ],
  [ { decision: 'counter', offer },                [{ message: 'offer', offer }]                    ],
  [ { decision: 'reject', reason: 'too cheap' },   [{ message: 'terminate', reason: ['too cheap'] }] ],
  [ { decision: 'wait' },                          []                                               ],
] as const

for (const [answer, steps] of answers)
  t.test(`a webhook that says ${answer.decision} is followed`, async t => {
    t.same(await moves(first, first, async () => answer), steps)
  })

t.test('an answer to an older question decides nothing about the terms now on the table', async t => {
  t.same(await moves(first, second, async () => ({ decision: 'approve' })), [])
})

t.test('a negotiation that no longer waits for the webhook asks it nothing', async t => {
  const ask: AskWebhook = () => Promise.reject(new Error('asked all the same'))
  t.same(await moves({ ...first, waiting: null }, first, ask), [])
})
