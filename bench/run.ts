import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { median } from './support/numbers.ts'
import { isMet, type Measure, type Part } from './support/part.ts'
import { toLines } from './support/table.ts'

/*
 * npm run bench [-- [part…] [--quick] [--json FILE] [--profile DIRECTORY]]
 *
 * Measures how fast and how small the connector is: every file here is a part. What the figures mean is told in
 * docs/guide/benchmarks.md.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, profile: { type: 'string' } },
})
const say = (text: string) => process.stdout.write(`${text}\n`)

const parts = await readParts()
const unknown = positionals.filter(name => !parts.some(part => part.name === name))
if (unknown.length > 0) {
  process.stderr.write(`no such part: ${unknown.join(', ')}; there are ${parts.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}

say(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${new Date().toISOString()}`)
const results = []
for (const part of parts.filter(({ name }) => positionals.length === 0 || positionals.includes(name)))
  results.push(await measure(part))
if (values.json)
  await writeFile(values.json, JSON.stringify({ quick: values.quick, node: process.version, results }, null, 2))
const missed = results.flatMap(({ measures }) => measures).filter(each => !isMet(each))
say(
  missed.length === 0 ? 'every target is met' : `${missed.length} missed: ${missed.map(({ name }) => name).join('; ')}`,
)

async function readParts(): Promise<Part[]> {
  const here = new URL('.', import.meta.url)
  const files = (await readdir(here)).filter(name => name.endsWith('.ts') && name !== 'run.ts')
  return Promise.all(files.sort().map(async name => (await import(new URL(name, here).href)).default as Part))
}

/** Runs a part between two looks at the machine. */
async function measure({ name, run }: Part) {
  const begun = performance.now()
  const directory = await mkdtemp(join(tmpdir(), 'kontor-bench-'))
  const [measures, remarks]: [Measure[], string[]] = [[], []]
  const before = machine()
  try {
    await run({
      quick: values.quick,
      directory,
      nodeOptions: values.profile ? ['--cpu-prof', '--cpu-prof-dir', resolve(values.profile)] : [],
      measured: measure => measures.push(measure),
      remark: text => remarks.push(text),
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  const after = machine()
  const seconds = (performance.now() - begun) / 1_000
  say(
    `\n${name} (${seconds.toFixed(0)} s; calibration ${before.calibration} and ${after.calibration} ms, load ${before.load} and ${after.load})`,
  )
  for (const line of [...toLines(measures), ...remarks.map(text => `  ${text}`)]) say(line)
  return { name, seconds, before, after, measures, remarks }
}

/** How fast the machine is right now: SHA-256 of 64 MiB, ms, the median of three; and what else runs on it. */
function machine(): { calibration: number; load: number } {
  const block = Buffer.alloc(64 * 2 ** 20, 7)
  const times = [1, 2, 3].map(() => {
    const begun = performance.now()
    createHash('sha256').update(block).digest()
    return performance.now() - begun
  })
  return { calibration: Math.round(median(times)), load: Math.round((loadavg()[0] ?? 0) * 100) / 100 }
}
