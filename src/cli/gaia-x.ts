import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import { standardGaiaX } from '../config/index.ts'
import { invalid } from '../errors.ts'
import { createValidation, credentialsIn } from '../gaiax/index.ts'
import { createClient, createGuard } from '../http/index.ts'
import { createJsonLd } from '../jsonld/index.ts'
import { otherEnd } from './failure.ts'
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

  const init = gaiaX
    .command('init')
    .description('write the settings for a self-description: asks for what is not given')
  for (const [name, , about] of questions) init.option(`--${name} <text>`, about)
  init.option('--accept', 'you accept the terms and conditions of Gaia-X for the legal person').action(initialise)

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

/** What is asked: the option, where the answer belongs, and the question. */
// biome-ignore format: a table is read by its columns
const questions = [
  [ 'legal-name',   'legalName',    'What is the name of the legal person?'                                  ],
  [ 'country',      'country',      'In which country is it registered (two letters, such as FR)?'           ],
  [ 'locality',     'locality',     'In which town?'                                                         ],
  [ 'postal-code',  'postalCode',   'With which postal code?'                                                ],
  [ 'street',       'street',       'In which street, and at which number?'                                  ],
  [ 'vat-id',       'vatId',        'What is its VAT number?'                                                ],
  [ 'terms-url',    'termsUrl',     'Where are the terms and conditions of your service (URL)?'              ],
  [ 'terms-sha256', 'termsSha256',  'Which SHA-256 digest has that document (64 hexadecimal digits)?'        ],
  [ 'certificates', 'certificates', 'Which file has the certificate of your key, and those above it?'        ],
  [ 'key',          'key',          'Which file has the key (PEM)?'                                          ],
  [ 'by',           'by',           'Who are you, who accept the terms and conditions of Gaia-X for it?'     ],
] as const

type Answers = Readonly<Partial<Record<(typeof questions)[number][1], string>>>

/** The digest that stands for Gaia-X's terms and conditions in force. */
const TERMS = '4bd7554097444c960292b4726c2efa1373485e8a5565d94d41195214c5e0ceb3'

async function initialise({ accept, ...given }: Answers & { accept?: boolean }): Promise<void> {
  const answers = process.stdin.isTTY ? await askFor(given) : given
  const missing = questions.find(([, name]) => !answers[name] && !['street', 'by'].includes(name))
  if (missing) throw invalid(`${missing[2]} Give --${missing[0]}.`)
  process.stdout.write(stringify(settingsFrom(answers, accept === true)))
  if (!accept) process.stderr.write('Nothing is accepted: run it again with --accept when you may and want to.\n')
}

async function askFor(given: Answers): Promise<Answers> {
  const people = createInterface({ input: process.stdin, output: process.stderr })
  const answers: Record<string, string | undefined> = { ...given }
  try {
    for (const [, name, question] of questions) answers[name] ??= (await people.question(`${question} `)).trim()
  } finally {
    people.close()
  }
  return answers
}

function settingsFrom(answers: Answers, accepted: boolean): object {
  const { legalName, country, locality, postalCode, street, vatId, termsUrl, termsSha256, certificates, key, by } =
    answers
  return {
    gaiaX: {
      mode: 'on',
      legalName,
      legalAddress: { countryCode: country, ...(street && { streetAddress: street }), postalCode, locality },
      registrationNumbers: [{ kind: 'vat-id', value: vatId, countryCode: country }],
      serviceTerms: { url: termsUrl, sha256: termsSha256 },
      certificates,
      key: { file: key },
      ...(accepted && by && { consent: { by, at: new Date().toISOString(), version: TERMS } }),
    },
  }
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
