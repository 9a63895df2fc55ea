import type { Fault } from '../errors.ts'
import { type Findings, type Given, mistake } from './mistakes.ts'
import { suggestion } from './nearest.ts'
import { otherVariables, settings, variableOf } from './settings.ts'

/** What a variable's text says; Docker's way to hand over secrets is a variable that names a file. */
interface Variable {
  readonly name: string
  readonly read: (text: string) => unknown
}

const known: ReadonlyMap<string, Variable> = new Map(
  settings.flatMap(([name, kind]): [string, Variable][] => {
    const plain: [string, Variable] = [variableOf(name), { name, read: text => kind.fromVariable(text) }]
    return kind.secret ? [plain, [`${variableOf(name)}_FILE`, { name, read: file => ({ file }) }]] : [plain]
  }),
)

/** Reads the settings out of the environment; relative paths start from `folder`. An empty variable counts as not set. */
export function settingsInEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Findings {
  const given = new Map<string, Given>()
  const mistakes: Fault[] = []
  for (const [where, text] of Object.entries(environment)) {
    if (!where.startsWith('KONTOR_') || otherVariables.test(where) || !text) continue
    const variable = known.get(where)
    if (variable === undefined)
      mistakes.push(mistake(where, undefined, `is no setting; ${suggestion(where, [...known.keys()], manual)}`))
    else if (given.has(variable.name))
      mistakes.push(mistake(variable.name, where, `is given by ${given.get(variable.name)?.where} as well; keep one`))
    else given.set(variable.name, { value: variable.read(text), where, folder })
  }
  return { given, mistakes }
}

/** There are too many variables to name them all in a message. */
const manual = 'docs/reference/settings.md has all names'
