import { createContext, Script } from 'node:vm'
import { Ajv } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import AjvDraft04 from 'ajv-draft-04'

/** Others write keywords and formats that we do not know; those say nothing. */
const options = { strict: false, validateFormats: false, logger: false } as const

/** How a schema says which JSON Schema it is written in, and who understands that. Each schema gets a validator of its own, so that none refers to another. */
// biome-ignore format: a table is read by its columns
const drafts: readonly (readonly [says: RegExp, create: () => Pick<Ajv, 'compile'>])[] = [
  [ /draft-04/, () => new AjvDraft04.default(options) ],
  [ /2019-09/,  () => new Ajv2019(options)            ],
  [ /2020-12/,  () => new Ajv2020(options)            ],
]

/** How long a foreign schema may keep us busy, ms: once to be compiled, and each time it is asked. */
const longest = { compile: 500, validate: 100 }

/** How often work is begun again that has not had the processor for as long as it may, with twice the time each time. */
const ATTEMPTS = 5

/**
 * Compiles a JSON Schema that somebody else wrote, of any draft since 04, and gives what says whether a value fits. Nothing is fetched:
 * throws for a schema that refers to others, and for one that is none. Patterns of strangers may take for ever: what is not done in
 * time throws, here and when a value is looked at.
 */
export function compileForeignSchema(schema: Readonly<Record<string, unknown>>): (value: unknown) => boolean {
  const [, create = () => new Ajv(options)] = drafts.find(([says]) => says.test(String(schema.$schema))) ?? []
  const { $schema: _, ...rest } = schema
  const validate = within(longest.compile, () => create().compile(rest))
  return value => within(longest.validate, () => validate(value) === true)
}

const context = createContext({})
const work = new Script('work()')

/**
 * Does some work, and throws if that keeps us busy for more than so many ms; it may then be anywhere, in a regular expression too. Only time by
 * the clock can be limited, and on a busy machine others have most of that: who was kept waiting has not kept us busy.
 */
function within<T>(limit: number, todo: () => T): T {
  context.work = todo
  for (let [timeout, attempt] = [limit, 1]; ; timeout *= 2, attempt++) {
    const before = process.cpuUsage()
    try {
      return work.runInContext(context, { timeout })
    } catch (error) {
      const { user, system } = process.cpuUsage(before)
      const wasBusy = (user + system) / 1_000 > limit / 2
      if (wasBusy || attempt === ATTEMPTS || !isLate(error)) throw error
    }
  }
}

/** It is an error of the other context, not of ours. */
const isLate = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
