import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { readSettings, registrationKinds } from '../../config/index.ts'
import { invalid } from '../../errors.ts'
import { createValidation, describeOffline, hostOf } from '../../gaiax/index.ts'
import { createJsonLd } from '../../jsonld/index.ts'
import { signerOf } from '../../keys/index.ts'
import { otherEnd } from '../failure.ts'
import { isTerminal, isYes, mayWrite, openPeople, type People } from '../people.ts'
import { type Changes, changeSettings } from '../settings-file/change.ts'
import { accept as keep, openSettingsFile, type Proposal, propose } from '../settings-file/file.ts'
import { askAll, type Found, type Given, gather, type Standing } from './answers.ts'
import { flagOf, questions } from './questions.ts'
import { settingsFrom, TERMS } from './settings.ts'
import { faultLines } from './signer.ts'

interface Options extends Readonly<Record<string, unknown>> {
  readonly config?: string
  readonly accept?: boolean
  readonly by?: string
  readonly write?: boolean
  readonly yes?: boolean
  readonly interactive?: boolean
  readonly sign?: boolean
  readonly out?: string
}

/** `kontor gaia-x init`: from plain questions to the settings for a self-description, and to a first signed one. */
export function initCommand(gaiaX: Command): void {
  const init = gaiaX
    .command('init')
    .description(
      'a guided start: asks for what a self-description needs, writes the settings, signs a first one to look at',
    )
    .option('-c, --config <file>', 'the YAML file (default: $KONTOR_CONFIG, else kontor.yaml)')
    .option('--interactive', 'ask, also where the answers come from a pipe, line by line')
    .option(
      '--write',
      'change the configuration file; without it, and without somebody to ask, the settings are only told',
    )
    .option('--yes', 'do not ask before the configuration file is changed')
    .option('--sign', 'sign the self-description into a file, with a key that is in a file')
    .option('--out <file>', 'that file (default: gaia-x-self-description.jwt beside the configuration file)')
  for (const { name, about } of questions) init.option(`${flagOf(name)} <text>`, about)
  for (const kind of registrationKinds) init.option(`--${kind} <number>`, `a registration number: its ${kind}`)
  init
    .option('--accept', 'you accept the terms and conditions of Gaia-X for the legal person, and may do so')
    .option('--no-accept', 'you do not')
    .option('--by <text>', 'who you are, who accept them')
    .action(initialise)
}

async function initialise(options: Options): Promise<void> {
  const file = await openSettingsFile(options.config, process.env)
  const { given: known } = readSettings(file.text, file.path, process.env)
  const consent = known.get('gaiaX.consent')
  const accepted = typeof consent === 'object' && consent !== null && 'version' in consent && consent.version === TERMS
  const standing: Standing = { known, folder: file.folder, accepted }
  const given = givenIn(options)

  const people = options.interactive || isTerminal() ? openPeople() : undefined
  try {
    if (people) people.tell(greeting(file.path, file.text !== ''))
    const found = people ? await askAll(given, standing, people) : gather(given, standing)
    const changes = settingsFrom(found, known, file.folder, new Date())
    const proposal = propose(file, changes, { color: process.stderr.isTTY === true })
    await check(proposal)
    if (found.acceptedBy === undefined && !accepted)
      process.stderr.write(
        'The terms and conditions of Gaia-X are not accepted: no label can be had. Accept them with --accept --by NAME when you may and want to.\n',
      )
    await finish(proposal, { found, changes, options, people, accepted: accepted || found.acceptedBy !== undefined })
  } finally {
    people?.close()
  }
}

const greeting = (path: string, isThere: boolean): string =>
  `What you say of yourself in a Gaia-X ecosystem. ${isThere ? `What ${path} has already is offered in brackets: Enter takes it.` : `It will be in ${path}.`} Nothing is written before you have seen it.\n\n`

/** Commander gives options by their names in camel case. */
function givenIn(options: Options): Given {
  const textOf = (name: string): string | undefined => {
    const value = options[name]
    return typeof value === 'string' ? value : undefined
  }
  const camel = (kind: string) => kind.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return {
    answers: Object.fromEntries(questions.map(({ name }) => [name, textOf(name)])),
    numbers: Object.fromEntries(registrationKinds.map(kind => [kind, textOf(camel(kind))])),
    accept: options.accept,
    by: options.by,
  }
}

/** What would stand in the file must be what a connector takes. */
async function check({ text, file }: Proposal): Promise<void> {
  const read = readSettings(text, file.path, process.env)
  if (read.faults.length > 0)
    throw invalid(
      `With these answers ${basename(file.path)} would not be a valid configuration. Nothing was written.\n${faultLines(read).trimEnd()}`,
    )
}

interface Ending {
  /** Whether Gaia-X's terms and conditions are, now or before. */
  readonly accepted: boolean
  readonly found: Found
  readonly changes: Changes
  readonly options: Options
  readonly people: People | undefined
}

async function finish(proposal: Proposal, { found, changes, options, people, accepted }: Ending): Promise<void> {
  const { file } = proposal
  if (!people && !options.write && !options.sign) return void process.stdout.write(changeSettings('', changes))

  const signed = await describe(proposal)
  if (people || options.write) {
    process.stderr.write(
      proposal.diff === '' ? `${file.path} says all that already.\n` : `${file.path}:\n${proposal.diff}`,
    )
    if (proposal.diff !== '') {
      if (!options.yes && !(await mayWrite(people, file.path)))
        return void process.stderr.write('Nothing was written.\n')
      await keep(proposal)
      process.stderr.write(`Written to ${file.path}.\n`)
    }
  }
  await offerSignature(signed, proposal, { options, people })
  process.stderr.write(nextSteps(found, accepted, file.path))
}

/** Holds it against the shapes; signed where the key and its certificates are at hand. Throws `other-end` with what is to be mended. */
async function describe({ text, file }: Proposal): Promise<string | undefined> {
  const { config } = readSettings(text, file.path, process.env)
  if (config === undefined) return undefined
  const { key, certificates } = config.gaiaX
  const origin = config.protocol.publicUrl ?? `https://${hostOf(config.participant.id)}`
  const validation = createValidation(createJsonLd(), config.gaiaX)
  try {
    const { jwt } = await describeOffline({
      settings: config.gaiaX,
      did: config.participant.id,
      origin,
      dspUrl: `${origin}/dsp/2025-1`,
      signer: key !== undefined && certificates !== undefined ? signerOf('gaia-x', key) : undefined,
      validation,
      now: new Date(),
    })
    return jwt
  } catch (error) {
    throw otherEnd(`${error instanceof Error ? error.message : error} Nothing was written.`)
  } finally {
    await validation.close()
  }
}

async function offerSignature(
  signed: string | undefined,
  { file }: Proposal,
  { options, people }: Pick<Ending, 'options' | 'people'>,
): Promise<void> {
  if (signed === undefined) {
    if (options.sign)
      throw invalid(
        'It cannot be signed here: that needs the key in a file (--key) and its certificates (--certificates). A running connector signs by itself.',
      )
    return
  }
  const out = options.out ?? join(file.folder, 'gaia-x-self-description.jwt')
  const wanted =
    options.sign ??
    (people !== undefined && isYes(await people.ask(`Sign the self-description into ${out}, to look at it (yes/no)?`)))
  if (!wanted) return
  await writeFile(out, signed)
  process.stderr.write(`Signed and valid: ${out}. Look at it with: kontor gaia-x validate ${out}\n`)
}

/** What is left to do, in order. */
function nextSteps({ answers }: Found, accepted: boolean, path: string): string {
  const config = basename(path) === 'kontor.yaml' ? '' : ` -c ${path}`
  const steps = [
    ...(answers.certificates === undefined
      ? [
          `kontor gaia-x csr${config} --out request.pem   (for a certificate authority; gaiaX.mode stays off until there is a certificate)`,
          `kontor gaia-x certificate${config} --write chain.pem   (what it gives you)`,
        ]
      : []),
    `kontor serve${config}   (signs and publishes it)`,
    'kontor gaia-x show   (what is published)',
    ...(answers.compliance !== undefined && accepted
      ? ['kontor gaia-x label   (the label, which is asked for at the start)']
      : []),
  ]
  return `\nNext:\n${steps.map((step, at) => `  ${at + 1}. ${step}\n`).join('')}`
}
