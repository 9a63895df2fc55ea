import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readDatasets } from '../src/lab/datasets.ts'
import { createLab, type Lab } from '../src/lab/index.ts'
import { members, partners, publish } from '../src/lab/publish.ts'
import { createStage } from '../src/lab/stage.ts'
import { admit } from '../src/lab/story/admit.ts'
import { browse } from '../src/lab/story/browse.ts'
import { type Choice, request } from '../src/lab/story/contract.ts'
import { reach, type Standing } from '../src/lab/story/follow.ts'
import { playStory } from '../src/lab/story/index.ts'
import { median } from './support/numbers.ts'
import type { Context, Part } from './support/part.ts'

const modes = ['tokens', 'dcp'] as const
type Mode = (typeof modes)[number]
type Times = Readonly<Record<Mode, number[]>>

/** What it costs that nobody has been told of anybody: the lab's story, and a contract between two who know nothing of each other any more. */
const part: Part = {
  name: 'identity',
  async run(context) {
    const rounds = context.quick ? 2 : 5
    const stories: Times = { tokens: [], dcp: [] }
    const more: number[] = []
    // The first round warms up.
    for (let round = 0; round <= rounds; round++)
      for (const mode of modes) {
        const { common, others } = await inLab(context, `${round}-${mode}`, mode, story)
        if (round > 0) stories[mode].push(common)
        if (round > 0 && mode === 'dcp') more.push(others)
      }
    tellStories(context, stories, more)

    // Both at the same time and by turns, so that whatever else the machine does is borne by both.
    await inLab(context, 'negotiations-tokens', 'tokens', tokens =>
      inLab(context, 'negotiations-dcp', 'dcp', async dcp => {
        const labs = { tokens: { lab: tokens, choice: await open(tokens) }, dcp: { lab: dcp, choice: await open(dcp) } }
        const cold = await measureCold(labs, rounds)
        tellNegotiations(context, cold, await measureWarm(labs, context.quick ? 20 : 100))
      }),
    )
  },
}
export default part

type Labs = Readonly<Record<Mode, { readonly lab: Lab; readonly choice: Choice }>>

/** Negotiations right after all have started: no document, list or presentation is remembered. */
async function measureCold(labs: Labs, rounds: number): Promise<Times> {
  const times: Times = { tokens: [], dcp: [] }
  for (let round = 0; round <= rounds; round++)
    for (const mode of modes) {
      const { lab, choice } = labs[mode]
      for (const who of lab.participants) await who.stop()
      for (const who of lab.participants) await who.start()
      const ms = await negotiate(lab, choice)
      if (round > 0) times[mode].push(ms)
    }
  return times
}

/** Negotiations between two who have just had some. */
async function measureWarm(labs: Labs, count: number): Promise<Times> {
  const times: Times = { tokens: [], dcp: [] }
  for (let done = -10; done < count; done++)
    for (const mode of modes) {
      const ms = await negotiate(labs[mode].lab, labs[mode].choice)
      if (done >= 0) times[mode].push(ms)
    }
  return times
}

async function inLab<T>(
  { directory }: Context,
  name: string,
  identity: Mode,
  work: (lab: Lab) => Promise<T>,
): Promise<T> {
  const own = join(directory, name)
  await mkdir(own)
  const lab = await createLab({ identity, directory: own })
  try {
    return await work(lab)
  } finally {
    await lab.stop()
  }
}

const silence = { out: { write: () => true }, environment: {} }

/** Plays the story; the milliseconds of the chapters that both stories have, and of the others. */
async function story(lab: Lab): Promise<{ common: number; others: number }> {
  const stage = createStage(silence)
  const times = { common: 0, others: 0 }
  let [since, of] = [performance.now(), 'common' as keyof typeof times]
  const turn = (to: keyof typeof times) => {
    const now = performance.now()
    times[of] += now - since
    ;[since, of] = [now, to]
  }
  const chapter = (title: string) => {
    turn(/become members|revokes/.test(title) ? 'others' : 'common')
    stage.chapter(title)
  }
  await playStory(lab, { ...stage, chapter })
  turn('common')
  return times
}

/** A dataset is on offer, and who needs a membership has one. */
async function open({ provider, consumer, authority }: Lab): Promise<Choice> {
  const stage = createStage(silence)
  await publish(provider, await readDatasets(), authority ? members : partners)
  if (authority) await admit(stage, authority, [provider, consumer])
  const catalog = await browse(stage, consumer, provider)
  const [dataset] = catalog.dataset
  if (!dataset) throw new Error('nothing is on offer')
  return { catalog, dataset }
}

/** From the request to the final agreement, as the consumer has booked it; ms. */
async function negotiate({ consumer }: Lab, choice: Choice): Promise<number> {
  const path = await request(consumer, choice)
  const { createdAt, updatedAt } = await reach<Standing & { createdAt: string; updatedAt: string }>(
    consumer,
    path,
    'FINALIZED',
  )
  return Date.parse(updatedAt) - Date.parse(createdAt)
}

function tellStories({ measured }: Context, { tokens, dcp }: Times, more: readonly number[]): void {
  measured({ name: 'the story over tokens', value: median(tokens), unit: 'ms' })
  measured({ name: 'the same chapters over DCP', value: median(dcp), unit: 'ms' })
  const value = median(dcp) / median(tokens)
  measured({ name: 'the same chapters, to tokens', value, unit: '×', target: { atMost: 1.5 } })
  measured({ name: 'admission and expulsion on top', value: median(more), unit: 'ms' })
}

function tellNegotiations({ measured }: Context, cold: Times, warm: Times): void {
  for (const [name, { tokens, dcp }] of [
    ['cold', cold],
    ['warm', warm],
  ] as const) {
    measured({ name: `a ${name} negotiation over tokens`, value: median(tokens), unit: 'ms' })
    measured({ name: `a ${name} negotiation over DCP`, value: median(dcp), unit: 'ms' })
  }
  const added = median(cold.dcp) - median(cold.tokens)
  measured({ name: 'a cold negotiation, what DCP adds', value: added, unit: 'ms', target: { atMost: 150 } })
  const ratio = median(warm.dcp) / median(warm.tokens)
  measured({ name: 'a warm negotiation over DCP, to tokens', value: ratio, unit: '×', target: { atMost: 1.5 } })
}
