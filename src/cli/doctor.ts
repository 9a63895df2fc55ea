import type { Command } from 'commander'
import { facts } from './describe/text.ts'
import { exitCodes } from './failure.ts'
import { createTeller } from './follow/screen.ts'
import { addExamples } from './help.ts'
import { type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'
import { addPeerOptions, PEER, type PeerOptions, peerQuestion } from './peer.ts'
import { addOutput, type Output, printOne } from './table.ts'

interface Options extends ApiOptions, Output, PeerOptions {
  readonly dataset?: string
  readonly offer?: string
}

/** What the connector has found, as it tells it. */
interface Examination {
  readonly peer: { readonly id: string | null; readonly address: string | null }
  readonly healthy: boolean
  readonly checks: readonly Checked[]
}

interface Checked {
  readonly check: string
  readonly direction: 'outward' | 'inward'
  readonly outcome: 'well' | 'doubtful' | 'ill' | 'skipped'
  readonly side: 'ours' | 'theirs' | 'between' | null
  readonly finding: string
  readonly advice: string | null
}

/** `kontor doctor`: what is wrong between another participant and us, on whose side, and what to do. */
export function doctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('examine the way to another participant and back: what is wrong, on whose side, and what to do')
    .argument('<peer>', PEER)
    .option('--dataset <id>', 'look as well whether this dataset is on offer to us, and what its terms ask for')
    .option('--offer <id>', 'and whether this offer for it is still made')
  addExamples(addOutput(addPeerOptions(addApiOptions(command))).action(examine), [
    [
      'kontor doctor $PEER',
      'everything from the name of its host to its catalogue, and from it to us; fails if anything is ill',
    ],
    ['kontor doctor $PEER --dataset $DATASET', 'and whether we could have that dataset'],
  ])
}

async function examine(peer: string, { dataset, offer, ...options }: Options): Promise<void> {
  const api = apiOf(options, process.env)
  const teller = createTeller(process.stderr, process.env)
  teller.wait(`examining ${peer}`)
  const question = { ...peerQuestion(peer, options), ...(dataset && { dataset }), ...(offer && { offer }) }
  const found = await ask<Examination>(api, '/doctor', question).finally(teller.end)
  printOne(options, found, textOf)
  if (!found.healthy) process.exitCode = exitCodes.failed
}

const ways = { outward: 'From us to them', inward: 'From them to us' } as const
const marks = { well: '✓', doubtful: '!', ill: '✗', skipped: '–' } as const
const sides = { ours: 'our side', theirs: 'their side', between: 'on either side' } as const

/** What is refused because of something else, if something else is ill. */
const consequences: ReadonlySet<string> = new Set(['recognised', 'catalog'])

/** All that was found, way by way, and at last what to do first. */
function textOf({ peer, healthy, checks }: Examination): string {
  const head = facts([
    ['Participant', peer.id ?? 'not known'],
    ['Reached at', peer.address],
  ])
  const parts = Object.entries(ways).map(([direction, title]) => {
    const rows = checks.filter(each => each.direction === direction)
    const width = Math.max(0, ...rows.map(({ check }) => check.length))
    return `\n${title}\n${rows.map(row => lineOf(row, width)).join('')}`
  })
  const ill = checks.filter(({ outcome }) => outcome === 'ill')
  const first = ill.find(({ check }) => !consequences.has(check)) ?? ill[0]
  const verdict = first ? `Begin with "${first.check}": ${first.advice ?? first.finding}` : healthyWords(checks)
  return `${head}${parts.join('')}\n${healthy ? '' : 'Something is wrong. '}${verdict}\n`
}

const healthyWords = (checks: readonly Checked[]): string =>
  checks.some(({ outcome }) => outcome === 'doubtful') ? 'It works, though not all is as it should be.' : 'All is well.'

function lineOf({ check, outcome, side, finding, advice }: Checked, width: number): string {
  const blame = side ? ` (${sides[side]})` : ''
  const line = `  ${marks[outcome]} ${check.padEnd(width)}  ${finding}${blame}\n`
  return advice ? `${line}${' '.repeat(width + 6)}${advice}\n` : line
}
