import { inspect } from 'node:util'

/** One thing wrong with what a setting was given. */
export interface Wrong {
  /** Where inside the value, such as `[0].accepts`; empty when it is the value as a whole. */
  readonly at: string
  /** The rest of a sentence that begins with the setting's name. */
  readonly problem: string
}

/** What became of a given value: the value as the program uses it, or everything wrong with it. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: readonly Wrong[] }

/** What the meaning of a value may depend on besides itself. */
export interface Surroundings {
  /** The folder that relative paths start from. */
  readonly folder: string
  /** Where `{ env: NAME }` looks. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A sort of values: what is allowed, how it is read, how an environment variable spells it. */
export interface Kind<T> {
  /** What is allowed, as it stands behind "it must be". */
  readonly allowed: string
  /** A whole value that no message may show, and that may be read from a file as well. */
  readonly secret: boolean
  /** Turns the text of an environment variable into what a YAML file would have given. */
  fromVariable(text: string): unknown
  parse(given: unknown, surroundings: Surroundings): Parsed<T>
}

/**
 * A kind whose values are read as a whole; `read` answers `undefined` to what is not allowed.
 * `display` says how a refused value is shown.
 */
export function kind<T>(
  allowed: string,
  read: (given: unknown, surroundings: Surroundings) => T | undefined,
  display: (given: unknown) => string = show,
): Kind<T> {
  return {
    allowed,
    secret: false,
    fromVariable: text => text,
    parse(given, surroundings) {
      const value = read(given, surroundings)
      return value === undefined ? { wrong: [notAllowed(display(given), allowed)] } : { value }
    },
  }
}

/** The sentence everybody reads most: what was given, and what is allowed instead. */
export const notAllowed = (given: string, allowed: string, at = ''): Wrong => ({
  at,
  problem: `was given ${given}; it must be ${allowed}`,
})

/** A value as messages show it: on one line, short whatever was given, and without the credentials of a URL. */
function show(given: unknown): string {
  const text = typeof given === 'string' ? JSON.stringify(given) : inspect(given, { depth: 1, breakLength: Infinity })
  const harmless = text.replaceAll(/:\/\/[^/]*@/g, '://[secret]@')
  return harmless.length > 80 ? `${harmless.slice(0, 79)}…` : harmless
}

/** A list of one kind; an environment variable separates the entries by commas. */
export function list<T>(entry: Kind<T>): Kind<readonly T[]> {
  const allowed = `a list (in a variable: separated by commas), each entry ${entry.allowed}`
  return {
    allowed,
    secret: false,
    fromVariable: text => text.split(',').map(part => part.trim()),
    parse: (given, surroundings) =>
      Array.isArray(given)
        ? gather(given.map((one, index) => within(`[${index}]`, entry.parse(one, surroundings))))
        : { wrong: [notAllowed(show(given), allowed)] },
  }
}

/** What was parsed inside something larger tells where. */
export const within = <T>(at: string, parsed: Parsed<T>): Parsed<T> =>
  'value' in parsed ? parsed : { wrong: parsed.wrong.map(wrong => ({ ...wrong, at: at + wrong.at })) }

/** Many results as one: all values, or everything that is wrong in any of them. */
export function gather<T>(parts: readonly Parsed<T>[]): Parsed<readonly T[]> {
  const wrong = parts.flatMap(part => ('wrong' in part ? part.wrong : []))
  return wrong.length > 0 ? { wrong } : { value: parts.flatMap(part => ('value' in part ? [part.value] : [])) }
}
