import { resolve } from 'node:path'
import { registrationKinds } from '../../config/index.ts'
import { invalid } from '../../errors.ts'
import type { People } from '../people.ts'
import { type Answers, flagOf, type Known, matters, offered, type Question, questions } from './questions.ts'
import { among, readers } from './readers.ts'

/** What was found out: the answers to the questions, registration numbers by their kinds, and who accepts what. */
export interface Found {
  readonly answers: Answers
  readonly numbers: Readonly<Record<string, string>>
  /** For a number of which the country must be told. */
  readonly numberCountry: string | undefined
  /** Who accepts the terms and conditions of Gaia-X now; undefined: nobody has. */
  readonly acceptedBy: string | undefined
}

/** What was given on the command line. */
export interface Given {
  readonly answers: Answers
  readonly numbers: Readonly<Record<string, string | undefined>>
  readonly accept: boolean | undefined
  readonly by: string | undefined
}

/** What the settings have, and where their relative paths start. */
export interface Standing {
  readonly known: Known
  readonly folder: string
  /** Whether the terms and conditions that are in force have been accepted before. */
  readonly accepted: boolean
}

/** The one kind of which a number says nothing without its country. */
const NATIONAL = 'country-company-number'

/** Takes what was given, and what the settings have; throws `invalid` with everything that is missing or malformed. */
export function gather(given: Given, { known, folder }: Standing): Found {
  const faults: string[] = []
  const missing: string[] = []
  const answers: Record<string, string | undefined> = { ...given.answers }
  for (const question of questions) {
    const { name, need } = question
    if (!matters(name, answers, known)) continue
    const answer = given.answers[name] ?? standard(question, answers, { known, folder })
    answers[name] = undefined
    if (answer === undefined) {
      if (need === 'must') missing.push(`  ${flagOf(name)} <text>  ${question.about}`)
      continue
    }
    const read = readers[question.kind](answer, answers)
    if ('value' in read) answers[name] = read.value
    else faults.push(`  ${flagOf(name)} was given ${JSON.stringify(answer)}. ${read.wrong}`)
  }

  const { numbers, faults: wrong } = numbersGiven(given)
  faults.push(...wrong)
  const all = Object.keys(numbers).length > 0 ? numbers : numbersOf(known)
  if (Object.keys(all).length === 0 && faults.length === 0)
    missing.push(
      `  ${registrationKinds.map(kind => `--${kind}`).join(' or ')} <number>  at least one number under which it is registered`,
    )
  if (given.accept === true && !given.by)
    missing.push('  --by <text>  who you are, who accept the terms and conditions of Gaia-X')

  if (faults.length + missing.length > 0) throw invalid(sentences(faults, missing))
  return {
    answers,
    numbers: all,
    numberCountry: answers.country,
    acceptedBy: given.accept === true ? given.by : undefined,
  }
}

const sentences = (faults: readonly string[], missing: readonly string[]): string =>
  [
    ...(faults.length > 0 ? ['These answers cannot be taken:', ...faults] : []),
    ...(missing.length > 0
      ? ['These answers are missing:', ...missing, 'Give them as options, or be asked: --interactive.']
      : []),
  ].join('\n')

/** What the settings have; files by their whole path. */
function standard(
  { name, kind }: Question & { name: Parameters<typeof offered>[0] },
  answers: Answers,
  { known, folder }: Pick<Standing, 'known' | 'folder'>,
): string | undefined {
  const found = offered(name, answers, known)
  const isFile =
    ['key', 'certificates', 'anchors'].includes(kind) && found !== undefined && !['made', 'kept'].includes(found)
  return isFile ? resolve(folder, found) : found
}

/** Registration numbers that were given, and what is wrong with those that cannot be any. */
function numbersGiven({ numbers: given }: Given): { numbers: Record<string, string>; faults: readonly string[] } {
  const numbers: Record<string, string> = {}
  const faults: string[] = []
  for (const kind of registrationKinds) {
    const number = given[kind]
    if (number === undefined) continue
    const read = readers[kind](number, {})
    if ('value' in read) numbers[kind] = read.value
    else faults.push(`  --${kind} was given ${JSON.stringify(number)}. ${read.wrong}`)
  }
  return { numbers, faults }
}

/** Registration numbers that the settings have. */
function numbersOf(known: Known): Readonly<Record<string, string>> {
  const entries = known.get('gaiaX.registrationNumbers')
  const found: Record<string, string> = {}
  for (const entry of Array.isArray(entries) ? entries : [])
    if (
      typeof entry === 'object' &&
      entry !== null &&
      typeof entry.kind === 'string' &&
      typeof entry.value === 'string'
    )
      found[entry.kind] = entry.value
  return found
}

/** Asks for what was not given, each as long as the answer cannot be taken. */
export async function askAll(given: Given, standing: Standing, people: People): Promise<Found> {
  const answers: Record<string, string | undefined> = {}
  const { known } = standing
  let numbers: Readonly<Record<string, string>> = {}
  let numberCountry: string | undefined
  let acceptedBy: string | undefined
  // What was given counts from the start, since what is offered may depend on it.
  const all = () => ({ ...given.answers, ...answers })
  for (const question of questions) {
    const { name, kind, need, text } = question
    if (name === 'serviceName') await askNumbersAndConsent()
    if (!matters(name, all(), known)) continue
    const flagged = given.answers[name]
    const read = flagged === undefined ? undefined : readers[kind](flagged, all())
    if (read !== undefined && 'wrong' in read)
      people.tell(`  ${flagOf(name)} was given ${JSON.stringify(flagged)}. ${read.wrong}\n`)
    answers[name] =
      read !== undefined && 'value' in read
        ? read.value
        : await askOne(people, text, answer => readers[kind](answer, all()), {
            standard: standard(question, all(), standing),
            optional: need === 'may',
          })
  }

  async function askNumbersAndConsent(): Promise<void> {
    numbers = await askNumbers(given, known, people)
    numberCountry =
      NATIONAL in numbers
        ? await askOne(
            people,
            'By which country was the company number given (two letters)?',
            answer => readers.country(answer, {}),
            { standard: answers.country, optional: false },
          )
        : answers.country
    acceptedBy = await askConsent(given, standing, people, answers.legalName ?? '')
  }

  return { answers, numbers, numberCountry, acceptedBy }
}

type ReadOne = (answer: string) => { readonly value: string } | { readonly wrong: string }

async function askOne(
  people: People,
  text: string,
  read: ReadOne,
  { standard, optional }: { standard: string | undefined; optional: boolean },
): Promise<string | undefined> {
  const hint = [
    ...(standard !== undefined ? [`[${standard}]`] : []),
    ...(optional ? [standard === undefined ? '(empty: none)' : '(-: none)'] : []),
  ].join(' ')
  for (;;) {
    const answer = (await people.ask(`${text}${hint === '' ? '' : ` ${hint}`}`)) || standard
    if (answer === undefined && optional) return undefined
    if (answer === '-' && optional) return undefined
    const result = answer === undefined ? { wrong: 'This one must be answered.' } : read(answer)
    if ('value' in result) return result.value
    people.tell(`  ${result.wrong}\n`)
  }
}

async function askNumbers(given: Given, known: Known, people: People): Promise<Readonly<Record<string, string>>> {
  const { numbers, faults } = numbersGiven(given)
  for (const fault of faults) people.tell(`${fault}\n`)
  if (Object.keys(numbers).length > 0) return numbers

  Object.assign(numbers, numbersOf(known))
  for (;;) {
    const so = Object.entries(numbers).map(([kind, number]) => `${kind} ${number}`)
    const question =
      so.length === 0
        ? `Under which kind of number is it registered (${registrationKinds.join(', ')})?`
        : `It has ${so.join(', ')}. Another kind, or one to be changed?`
    const kind = await askOne(people, question, among(...registrationKinds) as ReadOne, {
      standard: undefined,
      optional: so.length > 0,
    })
    const known = registrationKinds.find(each => each === kind)
    if (known === undefined) return numbers
    numbers[known] =
      (await askOne(people, `Its number (${known})?`, answer => readers[known](answer, {}), {
        standard: numbers[known],
        optional: false,
      })) ?? ''
  }
}

/** The terms and conditions are accepted by a person who says so, or not at all: there is no answer that is offered. */
async function askConsent(
  { accept, by }: Given,
  { accepted }: Standing,
  people: People,
  legalName: string,
): Promise<string | undefined> {
  if (accept === false || (accept === undefined && accepted)) return undefined
  const yes =
    accept ??
    (await askOne(
      people,
      `Gaia-X gives labels to those who have accepted its terms and conditions for participants. Have you read them, may you, and do you accept them for ${legalName} (yes/no)?`,
      answer => readers.yesOrNo(answer, {}),
      { standard: undefined, optional: false },
    )) === 'yes'
  if (!yes) return undefined
  return (
    by ??
    (await askOne(people, 'Who are you, who accept them (your name and office)?', answer => readers.line(answer, {}), {
      standard: undefined,
      optional: false,
    }))
  )
}
