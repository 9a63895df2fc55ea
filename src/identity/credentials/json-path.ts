import { invalid } from '../../errors.ts'
import { isJsonObject } from '../../jsonld/index.ts'

/** A name, a position, or `*`: everything below. */
type Step = string | number | typeof everything
const everything = Symbol('*')

/** Finds the values at a place of a document; none if there is no such place. */
export type Path = (document: unknown) => readonly unknown[]

const step =
  /\.(?<name>[A-Za-z_@][\w@:-]*)|\['(?<quoted>[^'\\]*)'\]|\["(?<double>[^"\\]*)"\]|\[(?<index>\d{1,6})\]|(?<all>\[\*\]|\.\*)/y

/** More than any credential needs. */
const longest = 16

/**
 * Understands a JSONPath: `$`, then names (`.name`, `['name']`), positions (`[0]`) and wildcards (`[*]`, `.*`). Throws `invalid` for anything
 * else: what searches or computes is a way to keep us busy.
 */
export function parsePath(text: string): Path {
  const steps = stepsOf(text)
  return document =>
    steps.reduce<readonly unknown[]>((values, next) => values.flatMap(value => below(value, next)), [document])
}

function stepsOf(text: string): readonly Step[] {
  const steps: Step[] = []
  let at = text.startsWith('$') ? 1 : -1
  while (at >= 0 && at < text.length && steps.length < longest) {
    step.lastIndex = at
    const { name, quoted, double, index, all } = step.exec(text)?.groups ?? {}
    at = (name ?? quoted ?? double ?? index ?? all) ? step.lastIndex : -1
    steps.push(all ? everything : index ? Number(index) : (name ?? quoted ?? double ?? ''))
  }
  if (at !== text.length)
    throw invalid('The presentation definition has a path that is not understood here.', {
      faults: [
        { path: '/presentationDefinition', message: "A path must be $ followed by .name, ['name'], [0] or [*]." },
      ],
    })
  return steps
}

function below(value: unknown, step: Step): readonly unknown[] {
  if (step === everything) return Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : []
  if (typeof step === 'number') return Array.isArray(value) && step < value.length ? [value[step]] : []
  return isJsonObject(value) && Object.hasOwn(value, step) ? [value[step]] : []
}
