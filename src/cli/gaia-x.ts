import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { standardGaiaX } from '../config/index.ts'
import { invalid } from '../errors.ts'
import { createValidation, credentialsIn } from '../gaiax/index.ts'
import { createClient, createGuard } from '../http/index.ts'
import { createJsonLd } from '../jsonld/index.ts'
import { otherEnd } from './failure.ts'
import { certificateCommand } from './gaia-x/certificate.ts'
import { csrCommand } from './gaia-x/csr.ts'
import { initCommand } from './gaia-x/init.ts'
import { type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'
import { addOutput, minutes, type Output, print } from './table.ts'

type Options = ApiOptions & Output

interface Credential {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly source: string
  readonly validUntil: string | null
}

interface State {
  readonly selfDescription: string
  readonly level: string | null
  readonly credentials: readonly Credential[]
}

/** `kontor gaia-x`: what is said in a Gaia-X ecosystem, by us and by others. */
export function gaiaXCommand(program: Command): void {
  const gaiaX = program
    .command('gaia-x')
    .description('describe yourself in a Gaia-X ecosystem, and look at what others say')
  const add = (name: string, about: string): Command => addOutput(addApiOptions(gaiaX.command(name).description(about)))

  initCommand(gaiaX)
  csrCommand(gaiaX)
  certificateCommand(gaiaX)

  addOutput(
    gaiaX
      .command('validate')
      .description('hold credentials or a presentation, anybody’s, against the shapes of Gaia-X')
      .argument('<file or url>', 'a token, or JSON')
      .option('--shapes <file>', 'full shapes in Turtle, instead of the built-in ones')
      .option('--allow <host...>', 'hosts that may be asked although they are not public'),
  ).action(validate)
  add('show', 'what the running connector publishes, and its label').action(show)
  add('sign', 'sign what is out of date now, and show it').action(refresh)
  add('label', 'have it labelled by the clearing house where that is due, and show it').action(refresh)
}

interface Validating extends Output {
  readonly shapes?: string
  readonly allow?: readonly string[]
}

async function validate(where: string, options: Validating): Promise<void> {
  const text = /^https?:/.test(where) ? await fetchText(where, options.allow ?? []) : await readFile(where, 'utf8')
  const validation = createValidation(createJsonLd(), { ...standardGaiaX, shapes: options.shapes })
  try {
    const found = await validation.validate(credentialsIn(text))
    print(options, found, ['PROPERTY', 'RULE', 'NODE', 'WHAT TO DO'], each => [
      each.property ?? '–',
      each.rule,
      each.node,
      each.message,
    ])
    if (found.length > 0)
      throw otherEnd(`It is not valid: ${found.length} ${found.length === 1 ? 'thing' : 'things'} to mend.`)
  } finally {
    await validation.close()
  }
}

async function fetchText(url: string, allow: readonly string[]): Promise<string> {
  const client = createClient({ guard: createGuard({ allow }), timeout: 10_000 })
  try {
    const { status, text } = await client.request({ method: 'GET', url, headers: { accept: '*/*' } })
    if (status !== 200) throw invalid(`${url} was answered with ${status}.`)
    return text
  } finally {
    client.close()
  }
}

async function show(options: Options): Promise<void> {
  tell(options, await ask<State>(apiOf(options, process.env), '/gaia-x'))
}

async function refresh(options: Options): Promise<void> {
  tell(options, await ask<State>(apiOf(options, process.env), '/gaia-x/refresh', {}))
}

function tell(options: Options, { selfDescription, level, credentials }: State): void {
  print(options, credentials, ['TYPE', 'VERSION', 'BY', 'VALID UNTIL', 'URL'], each => [
    each.type,
    String(each.version),
    each.source,
    minutes(each.validUntil),
    each.id,
  ])
  if (!options.output) process.stdout.write(`Label: ${level ?? 'none'}. Self-description: ${selfDescription}\n`)
}
