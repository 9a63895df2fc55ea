import { addDuration, readAgreementTime, readTime } from '../times.ts'
import type { Facts, Stage } from '../types.ts'
import { instant, point } from '../values.ts'
import { EDC, ODRL } from '../vocabulary.ts'
import { always, type LeftOperand, stated, unknown, type Words } from './operand.ts'

/** Left operands that the clock answers. */
export const time: readonly LeftOperand[] = [
  {
    iri: `${ODRL}dateTime`,
    aliases: [],
    label: { en: 'date and time', fr: 'date et heure' },
    type: 'time',
    source: 'clock',
    stages: always,
    find: ({ now }) => ({ values: [instant(now)] }),
  },
  {
    iri: `${EDC}inForceDate`,
    aliases: ['inForceDate', 'edc:inForceDate'],
    label: { en: 'date in force', fr: 'date de validité' },
    type: 'time',
    source: 'clock',
    stages: always,
    find: ({ now }) => ({ values: [instant(now)] }),
    // Before there is an agreement it is judged as if it were made now: whether it could be made at all.
    read: ({ text }, { agreedAt, now }) => readAgreementTime(text, agreedAt ?? now),
  },
  {
    iri: `${ODRL}event`,
    aliases: [],
    label: { en: 'event', fr: 'événement' },
    type: 'time',
    source: 'clock',
    stages: always,
    find: ({ now }) => ({ values: [instant(now)] }),
    read: ({ text }, facts) => readEvent(text, facts),
  },
  since(
    'elapsedTime',
    ['access'],
    'lteq',
    ({ startedAt, now, count }) => startedAt ?? (count === 0 ? now : undefined),
    {
      en: 'time since the first use',
      fr: 'temps écoulé depuis la première utilisation',
    },
  ),
  since('delayPeriod', ['transfer', 'access'], 'gteq', ({ agreedAt }) => agreedAt, {
    en: 'time since the agreement',
    fr: "temps écoulé depuis l'accord",
  }),
  since(
    'timeInterval',
    ['access'],
    'gteq',
    ({ lastUsedAt, count }) => lastUsedAt ?? (count === 0 ? 'never' : undefined),
    {
      en: 'time since the last use',
      fr: 'temps écoulé depuis la dernière utilisation',
    },
  ),
  {
    iri: `${ODRL}meteredTime`,
    aliases: [],
    label: { en: 'time of use so far', fr: "durée d'utilisation cumulée" },
    type: 'duration',
    source: 'usage',
    stages: ['access'],
    equals: 'lteq',
    find: ({ metered }) => (metered === undefined ? unknown('not-yet') : { values: [lengthOf(metered)] }),
    read: ({ text }) => lengthFrom(new Date(0), text),
  },
]

/** How long something has been going on, or is past; `never` is longer than any time. */
function since(
  term: string,
  stages: readonly Stage[],
  equals: 'lteq' | 'gteq',
  start: (facts: Facts) => Date | 'never' | undefined,
  label: Words,
): LeftOperand {
  const name = [term]
  return {
    iri: `${ODRL}${term}`,
    aliases: [],
    label,
    type: 'duration',
    source: 'clock',
    stages,
    equals,
    find(facts, wanted) {
      const from = start(facts)
      if (from === undefined) return stated(name, facts, wanted) ?? unknown('not-yet')
      return { values: [from === 'never' ? never : lengthOf(facts.now.getTime() - from.getTime())] }
    },
    read(literal, facts) {
      const from = start(facts)
      return lengthFrom(from instanceof Date ? from : facts.now, literal.text)
    },
  }
}

const never = { text: 'never', span: point(Number.POSITIVE_INFINITY) }

const lengthOf = (ms: number) => ({ text: `PT${ms / 1_000}S`, span: point(ms), type: 'duration' })

/** How long an xsd:duration is when it begins then. */
function lengthFrom(start: Date, text: string) {
  const end = addDuration(start, text)
  return end && { text, span: point(end.getTime() - start.getTime()), type: 'duration' }
}

/** The use itself is an event (ODRL 2.2, `policyUsage`): before the first one it lies ahead. */
function readEvent(text: string, { events, startedAt }: Facts) {
  const event = events && Object.hasOwn(events, text) ? events[text] : undefined
  if (event) return { text, span: { from: event.from.getTime(), to: event.to.getTime() }, type: '@id' }
  if (text !== 'policyUsage' && text !== 'odrl:policyUsage' && text !== `${ODRL}policyUsage`) return readTime(text)
  const from = startedAt?.getTime() ?? Number.POSITIVE_INFINITY
  return { text, span: { from, to: Number.POSITIVE_INFINITY }, type: '@id' }
}
