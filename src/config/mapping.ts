import { parse as parseYaml } from 'yaml'
import { gather, type Kind, list, notAllowed, type Parsed, type Surroundings, within } from './kinds.ts'
import { suggestion } from './nearest.ts'

/** A field of an entry: its kind, and what stands there when nothing is given; without that, it must be given. */
type Field = readonly [kind: Kind<unknown>, standard?: { readonly value: unknown }]

/** A field that may be absent from the entry is one whose standard is `undefined`. */
type Entry<F> = {
  readonly [N in keyof F]: F[N] extends readonly [Kind<infer T>, ...infer Standard]
    ? Standard extends readonly [{ readonly value: undefined }]
      ? T | undefined
      : T
    : never
}

/** An entry with fields of several kinds; `noun` is what messages call it. Of what it is given, messages show only what its fields show. */
export function mapping<F extends Readonly<Record<string, Field>>>(noun: string, fields: F): Kind<Entry<F>> {
  const names = Object.keys(fields)
  const allowed = `a mapping with ${names.join(', ')}`

  const field = (name: string, given: ReadonlyMap<string, unknown>, surroundings: Surroundings): Parsed<unknown> => {
    const [kind, standard] = fields[name] as Field
    if (given.has(name)) return within(`.${name}`, kind.parse(given.get(name), surroundings))
    return standard ?? { wrong: [{ at: `.${name}`, problem: `is missing; it must be ${kind.allowed}` }] }
  }

  function parse(given: unknown, surroundings: Surroundings): Parsed<Entry<F>> {
    if (!isMapping(given)) return { wrong: [notAllowed('something else', allowed)] }
    const entry = new Map(Object.entries(given))
    const unknown = [...entry.keys()].filter(name => !names.includes(name))
    const all = gather([
      ...names.map(name => field(name, entry, surroundings)),
      ...unknown.map(name => ({
        wrong: [{ at: `.${name}`, problem: `is no setting of ${noun}; ${suggestion(name, names)}` }],
      })),
    ])
    // The fields are in the order of their names, each of its kind.
    return 'wrong' in all
      ? all
      : { value: Object.fromEntries(names.map((name, i) => [name, all.value[i]])) as Entry<F> }
  }

  return { allowed, secret: false, fromVariable: fromYaml, parse }
}

/** A mapping from any names to values of one kind. */
export function dictionary<T>(entry: Kind<T>): Kind<Readonly<Record<string, T>>> {
  const allowed = `a mapping from names to values, each ${entry.allowed}`
  return {
    allowed,
    secret: false,
    fromVariable: fromYaml,
    parse(given, surroundings) {
      if (!isMapping(given)) return { wrong: [notAllowed('something else', allowed)] }
      const names = Object.keys(given)
      const all = gather(Object.entries(given).map(([name, one]) => within(`.${name}`, entry.parse(one, surroundings))))
      return 'wrong' in all ? all : { value: Object.fromEntries(names.map((name, i) => [name, all.value[i] as T])) }
    },
  }
}

/** A list of entries; a variable gives it as YAML or JSON. */
export function entries<T>(entry: Kind<T>): Kind<readonly T[]> {
  const allowed = `a list (in a variable: YAML or JSON), each entry ${entry.allowed}`
  const { parse } = list(entry)
  const wrong = { wrong: [notAllowed('something else', allowed)] }
  return {
    allowed,
    secret: false,
    fromVariable: fromYaml,
    parse: (given, surroundings) => (Array.isArray(given) ? parse(given, surroundings) : wrong),
  }
}

const isMapping = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given)

/** What is no YAML is nothing that any kind allows. */
function fromYaml(text: string): unknown {
  try {
    return parseYaml(text)
  } catch {
    return undefined
  }
}
