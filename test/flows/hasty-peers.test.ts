import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { Lab, LabOptions } from '../../src/lab/index.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { choose, openShop, otherPath, type Shown, statesOf } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'
import { type Delays, type Passing, type Side, startRelay } from '../support/relay.ts'

/** A move in a process: who says what, and the state that follows. With a command a person makes it; else it comes by itself. */
type Move = readonly [by: Side, message: string, state: string, command?: string, body?: object]

type Kind = 'negotiations' | 'transfers'

const C = 'consumer'
const P = 'provider'

/** Terms that nobody has on offer, a year each. */
const terms = (year: number) => ({
  '@id': `urn:offer:${year}`,
  '@type': 'Offer',
  target: 'iowa-generation',
  permission: [
    {
      action: 'use',
      constraint: [{ leftOperand: 'dateTime', operator: 'lteq', rightOperand: `${year}-12-31T00:00:00Z` }],
    },
  ],
})
const offer = (year: number) => ({ offer: terms(year) })
const no = { reason: 'no' }

// biome-ignore format: a table is read by its columns
const endOfNegotiation: readonly Move[] = [
  [ P, 'agree',    'AGREED'    ],
  [ C, 'verify',   'VERIFIED'  ],
  [ P, 'finalize', 'FINALIZED' ],
]

/** Between them they have every message of a negotiation behind every other that the diagram lets follow it. */
// biome-ignore format: a table is read by its columns
const negotiations: Readonly<Record<string, readonly Move[]>> = {
  'asked for as offered': [
    [ C, 'request',   'REQUESTED',  'begin'                  ], ...endOfNegotiation ],
  'offered and accepted': [
    [ P, 'offer',     'OFFERED',    'begin'                  ],
    [ C, 'accept',    'ACCEPTED',   'approve'                ], ...endOfNegotiation ],
  'several rounds': [
    [ C, 'request',   'REQUESTED',  'begin', offer(2040)     ],
    [ P, 'offer',     'OFFERED',    'counter', offer(2030)   ],
    [ C, 'request',   'REQUESTED',  'counter', offer(2036)   ],
    [ P, 'offer',     'OFFERED',    'counter', offer(2033)   ],
    [ C, 'accept',    'ACCEPTED',   'approve'                ], ...endOfNegotiation ],
  'a counter-request that is agreed to': [
    [ P, 'offer',     'OFFERED',    'begin'                  ],
    [ C, 'request',   'REQUESTED',  'counter', offer(2036)   ],
    [ P, 'agree',     'AGREED',     'approve'                ], ...endOfNegotiation.slice(1) ],
  'a request that is turned down': [
    [ C, 'request',   'REQUESTED',  'begin', offer(2040)     ],
    [ P, 'terminate', 'TERMINATED', 'terminate', no          ] ],
  'an offer that is turned down': [
    [ P, 'offer',     'OFFERED',    'begin'                  ],
    [ C, 'terminate', 'TERMINATED', 'terminate', no          ] ],
  'a counter-offer that is turned down': [
    [ C, 'request',   'REQUESTED',  'begin', offer(2040)     ],
    [ P, 'offer',     'OFFERED',    'counter', offer(2030)   ],
    [ C, 'terminate', 'TERMINATED', 'terminate', no          ] ],
}

/** The same for a transfer. */
// biome-ignore format: a table is read by its columns
const transfers: Readonly<Record<string, readonly Move[]>> = {
  'completed by the consumer': [
    [ C, 'request',   'REQUESTED',  'begin'         ],
    [ P, 'start',     'STARTED'                     ],
    [ C, 'complete',  'COMPLETED',  'complete'      ] ],
  'suspended and resumed by both in turn': [
    [ C, 'request',   'REQUESTED',  'begin'         ],
    [ P, 'start',     'STARTED'                     ],
    [ C, 'suspend',   'SUSPENDED',  'suspend', no   ],
    [ C, 'start',     'STARTED',    'resume'        ],
    [ P, 'suspend',   'SUSPENDED',  'suspend', no   ],
    [ P, 'start',     'STARTED',    'resume'        ],
    [ C, 'terminate', 'TERMINATED', 'terminate', no ] ],
  'suspended by one, ended by the other': [
    [ C, 'request',   'REQUESTED',  'begin'         ],
    [ P, 'start',     'STARTED'                     ],
    [ C, 'suspend',   'SUSPENDED',  'suspend', no   ],
    [ P, 'terminate', 'TERMINATED', 'terminate', no ] ],
  'resumed by one, completed by the other': [
    [ C, 'request',   'REQUESTED',  'begin'         ],
    [ P, 'start',     'STARTED'                     ],
    [ C, 'suspend',   'SUSPENDED',  'suspend', no   ],
    [ C, 'start',     'STARTED',    'resume'        ],
    [ P, 'complete',  'COMPLETED',  'complete'      ] ],
}

const otherSide = (side: Side): Side => (side === C ? P : C)

/** Both sides ask a person about terms that they do not know. */
const adjust: NonNullable<LabOptions['adjust']> = config => ({
  ...config,
  negotiation: { ...config.negotiation, counterOffers: 'ask' },
})

async function setUp(t: Test) {
  const lab = await startLab(t, { adjust })
  await openShop(lab)
  const relay = await startRelay(t, lab)
  const { dataset } = await choose(lab.consumer, lab)
  const published = { ...dataset.hasPolicy[0], target: 'iowa-generation' }

  /** Begins a negotiation as that side; without an offer with the published one, or as provider with one of its own. */
  async function beginNegotiation([by, , , , body]: Move): Promise<string> {
    const wanted = (body as { offer?: object } | undefined)?.offer
    const asked = wanted && { ...wanted, '@id': published['@id'] }
    const { id } = await post<Shown>(lab[by], '/v1/negotiations', {
      role: by,
      counterparty: lab[otherSide(by)].id,
      address: relay.addressOf(otherSide(by)),
      offer: by === C ? (asked ?? published) : terms(2050),
    })
    return id
  }

  async function beginTransfer(agreementId: string): Promise<string> {
    const { '@id': id } = await post<{ '@id': string }>(lab.consumer, '/v3/transferprocesses', {
      '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' },
      counterPartyId: lab.provider.id,
      counterPartyAddress: relay.addressOf(P),
      protocol: 'dataspace-protocol-http:2025-1',
      contractId: agreementId,
      transferType: 'HttpData-PULL',
    })
    return id
  }

  /** Makes an agreement, nobody in a hurry. */
  async function agree(): Promise<string> {
    relay.delay({})
    const id = await beginNegotiation([C, 'request', 'REQUESTED', 'begin'])
    const { agreementId } = await reach<Shown>(lab.consumer, `/v1/negotiations/${id}`, 'FINALIZED')
    return agreementId ?? ''
  }

  return { lab, relay, beginNegotiation, beginTransfer, agree }
}

/** How far a play has come: each message is noted when its receiver has answered. */
class Progress {
  readonly #answered: string[] = []
  readonly #waiting = new Set<() => void>()

  note({ message }: Passing): void {
    this.#answered.push(message)
    for (const look of this.#waiting) look()
  }

  /** Resolves when so many messages have been answered. */
  reached(count: number): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (this.#answered.length < count) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  get count(): number {
    return this.#answered.length
  }
}

/** Whether somebody answers a message of the other side with the next one. */
const isReply = (moves: readonly Move[], index: number): boolean => {
  const [before, next] = [moves[index], moves[index + 1]]
  return before !== undefined && next !== undefined && before[0] !== next[0]
}

/** The answer to a message comes only when the message that replies to it has been answered: everybody is ahead of the other. */
function answersLate(moves: readonly Move[], progress: Progress): Delays {
  return {
    async answer(passing) {
      progress.note(passing)
      const index = progress.count - 1
      if (isReply(moves, index)) await progress.reached(index + 2)
    },
  }
}

/** A message that replies to another comes only when its receiver has stored the answer to its own. */
function messagesLate(lab: Lab, pathOf: (side: Side) => Promise<string | undefined>, progress: Progress): Delays {
  return {
    async message({ to }) {
      const path = await pathOf(to)
      while (path !== undefined && (await get<Shown>(lab[to], path)).sending.length > 0) await sleep(5)
    },
    async answer(passing) {
      progress.note(passing)
    },
  }
}

/** Plays a process, and tells in which states each side has been. */
async function play(
  { lab, relay }: Awaited<ReturnType<typeof setUp>>,
  kind: Kind,
  moves: readonly Move[],
  order: keyof typeof orders,
  begin: () => Promise<string>,
) {
  const progress = new Progress()
  const beginner = moves[0]?.[0] ?? C
  let begun: string | undefined
  const pathOf = async (side: Side): Promise<string | undefined> => {
    if (begun === undefined) return undefined
    if (side === beginner) return begun
    // The other side knows the process from its first message on, and nobody has told us its id.
    const { items } = await get<{ items: Shown[] }>(lab[side], `/v1/${kind}?limit=1`)
    return items[0] && `/v1/${kind}/${items[0].id}`
  }
  relay.delay(order === 'answers' ? answersLate(moves, progress) : messagesLate(lab, pathOf, progress))
  begun = `/v1/${kind}/${await begin()}`

  for (const [index, [by, , , command, body = {}]] of moves.entries()) {
    if (index === 0 || command === undefined) continue
    await progress.reached(index)
    await ready(lab, by, await pathOf(by), moves[index - 1])
    await post(lab[by], `${await pathOf(by)}/${command}`, body)
  }

  const end = moves.at(-1)?.[2] ?? ''
  await reach(lab[beginner], begun, end)
  const theirs = await otherPath(lab[beginner], begun)
  await reach(lab[otherSide(beginner)], theirs, end)
  return [await statesOf(lab[beginner], begun), await statesOf(lab[otherSide(beginner)], theirs)]
}

/** Waits until somebody can make the next move: the one before is stored, and nothing of its own is under way. */
async function ready(lab: Lab, by: Side, path: string | undefined, before: Move | undefined): Promise<void> {
  for (;;) {
    const { state, sending } = await get<Shown>(lab[by], path ?? '')
    if (state === before?.[2] && sending.length === 0) return
    await sleep(5)
  }
}

/** The states that each side has been in, the one that begins first. */
function expected(moves: readonly Move[], order: keyof typeof orders): readonly string[][] {
  const states = moves.map(([, , state]) => state)
  const [before, last] = moves.slice(-2)
  const beginner = moves[0]?.[0]
  return [beginner, beginner && otherSide(beginner)].map(side => {
    // A termination may have crossed a message on its way: whoever sent that one cannot tell that it had been taken.
    // Of a first message it is certain, or there would be nothing to terminate.
    const untold = order === 'answers' && last?.[1] === 'terminate' && before?.[0] === side && last[0] !== side
    return untold && moves.length > 2 ? [...states.slice(0, -2), ...states.slice(-1)] : states
  })
}

const orders = {
  answers: 'each side answers before the other has stored its step',
  messages: 'each side answers when the other has stored its step',
} as const

for (const [order, sentence] of Object.entries(orders) as [keyof typeof orders, string][])
  t.test(sentence, async t => {
    const world = await setUp(t)
    for (const [name, moves] of Object.entries(negotiations)) {
      const [first] = moves
      const states = await play(world, 'negotiations', moves, order, () => world.beginNegotiation(first ?? [C, '', '']))
      t.strictSame(states, expected(moves, order), `negotiation: ${name}`)
    }
    const agreementId = await world.agree()
    for (const [name, moves] of Object.entries(transfers)) {
      const states = await play(world, 'transfers', moves, order, () => world.beginTransfer(agreementId))
      t.strictSame(states, expected(moves, order), `transfer: ${name}`)
    }
  })

t.test('data is asked for while the provider is about to store that its finalisation has arrived', async t => {
  const { lab, relay, beginNegotiation, beginTransfer } = await setUp(t)
  const asked = new Progress()
  const answers: (number | undefined)[] = []
  relay.delay({
    async message(passing) {
      if (passing.message === 'request') asked.note(passing)
    },
    async answer(passing) {
      if (passing.message === 'request') answers.push(passing.status)
      if (passing.message === 'finalize') await asked.reached(2).then(() => sleep(50))
    },
  })
  const id = await beginNegotiation([C, 'request', 'REQUESTED', 'begin'])
  const { agreementId } = await reach<Shown>(lab.consumer, `/v1/negotiations/${id}`, 'FINALIZED')
  await reach(lab.consumer, `/v1/transfers/${await beginTransfer(agreementId ?? '')}`, 'STARTED')
  t.strictSame(answers, [201, 201], 'the provider waits for itself')
})

t.test('data is asked for before the provider has stored that its finalisation has arrived', async t => {
  const { lab, relay, beginNegotiation, beginTransfer } = await setUp(t)
  const asked = new Progress()
  const answers: (number | undefined)[] = []
  relay.delay({
    async answer(passing) {
      // The provider hears of the acknowledgement of its finalisation when it has answered two requests: for a contract, for data.
      if (passing.message === 'request') answers.push(passing.status)
      if (passing.message === 'request') asked.note(passing)
      if (passing.message === 'finalize') await asked.reached(2)
    },
  })
  const id = await beginNegotiation([C, 'request', 'REQUESTED', 'begin'])
  const { agreementId } = await reach<Shown>(lab.consumer, `/v1/negotiations/${id}`, 'FINALIZED')
  await reach(lab.consumer, `/v1/transfers/${await beginTransfer(agreementId ?? '')}`, 'STARTED')
  t.strictSame(answers, [201, 503, 201], 'the provider is not there for a while, and says so')
})

t.test('a request whose answer was lost is known when it is repeated, while the provider thinks about it', async t => {
  const { lab, relay, beginNegotiation } = await setUp(t)
  const answers: (number | undefined)[] = []
  relay.delay({
    async answer({ message, status }) {
      if (message === 'request' && answers.push(status) === 1) throw new Error('the line broke')
    },
  })
  const id = await beginNegotiation([C, 'request', 'REQUESTED', 'begin', offer(2040)])
  await reach(lab.consumer, `/v1/negotiations/${id}`, 'REQUESTED')
  t.strictSame(answers, [201, 201])
  const { items } = await get<{ items: Shown[] }>(lab.provider, '/v1/negotiations')
  t.equal(items.length, 1, 'it has begun but one negotiation')
})
