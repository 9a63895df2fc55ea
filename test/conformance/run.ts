/** `npm run conformance -- KIT [options]`: official conformance kits against this connector. */
import { runDcp } from './dcp/run.ts'
import { runDsp } from './dsp/run.ts'

const kits: { readonly [name: string]: (args: string[]) => Promise<number> } = {
  dsp: runDsp,
  dcp: runDcp,
}

const [name = '', ...args] = process.argv.slice(2)
const kit = kits[name]
if (!kit)
  process.stderr.write(`usage: npm run conformance -- ${Object.keys(kits).join('|')} [options], --help tells which\n`)
process.exitCode = (await kit?.(args)) ?? 2
