import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { invalid } from '../errors.ts'
import { Refused } from './api/failure.ts'
import { type Applied, diffOf, summaryOf } from './apply/diff.ts'
import { gather, type Source } from './apply/documents.ts'
import { addExamples } from './help.ts'
import { type ApiOptions, addApiOptions, apiOf, call } from './management-api.ts'
import { addOutput, harmless, type Output, printOne } from './table.ts'

interface Options extends ApiOptions, Output {
  readonly file: readonly string[]
  readonly dryRun?: boolean
  readonly prune?: boolean
}

/** `kontor apply`: brings datasets, policies and offers to what files say. */
export function applyCommand(program: Command): void {
  const command = program
    .command('apply')
    .description('bring datasets, policies and offers of a running connector to what files say, and tell what changes')
    .requiredOption('-f, --file <path...>', 'JSON or YAML files, folders of them, or - for standard input')
    .option('--dry-run', 'change nothing: only tell what would change')
    .option('--prune', 'delete what is not in the files')
  addExamples(addOutput(addApiOptions(command)).action(apply), [
    ['kontor apply -f $DOCUMENT --dry-run', 'what would change, line by line'],
    ['kontor apply -f $DOCUMENT', 'change it; the same again changes nothing'],
  ])
}

async function apply({ file, dryRun = false, prune = false, ...options }: Options): Promise<void> {
  const api = apiOf(options, process.env)
  const { document, placeOf } = gather(await contentOf(file))
  const query = new URLSearchParams({ ...(dryRun && { dryRun: 'true' }), ...(prune && { prune: 'true' }) })
  const path = `/v1/apply${query.size > 0 ? `?${query}` : ''}`
  const applied = await call<Applied>(api, { path, body: document }).catch(error => {
    throw error instanceof Refused ? error.withFaults(error.faults.map(placeOf)) : error
  })
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
  if (options.output) printOne(options, applied, () => '')
  else process.stdout.write(`${diffOf(applied, { color, clean: harmless })}${summaryOf(applied)}\n`)
}

const readable = ['.json', '.jsonld', '.yaml', '.yml']

/** The texts of files, and of all files in folders, with their names. */
async function contentOf(paths: readonly string[]): Promise<readonly Source[]> {
  const names = (await Promise.all(paths.map(filesIn))).flat()
  if (names.length === 0) throw invalid(`There are no files to apply; they must end with ${readable.join(', ')}.`)
  return Promise.all(
    names.map(async name => ({ name, text: name === '-' ? await text(process.stdin) : await readFile(name, 'utf8') })),
  )
}

async function filesIn(path: string): Promise<readonly string[]> {
  if (path === '-') return [path]
  const found = await stat(path).catch(cause => {
    throw invalid(`${path} cannot be read.`, { cause })
  })
  if (!found.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true })
  return entries
    .filter(name => readable.includes(extname(name)))
    .sort()
    .map(name => join(path, name))
}
