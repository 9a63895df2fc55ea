import t from 'tap'
import type { MessageType } from '../../../src/dsp/messages.ts'
import { createParseMessage } from '../../../src/dsp/parse-message.ts'
import { createJsonLd } from '../../../src/jsonld/index.ts'
import { normalisePolicy } from '../../../src/policy/normalise.ts'
import { faultsBySpec, hasSpec, readExamples } from '../../support/spec.ts'

const parse = createParseMessage({ jsonLd: createJsonLd(), normalisePolicy })

type Json = Record<string, unknown>

/** Where we differ from the specification's schemas; contexts/README.md says why. Each row: type, place, what stands there. */
const differences = {
  'more lenient': [
    /(offer|agreement|hasPolicy\.\*)\.permission( left out| \[\]|\.\* left out)$/,
    /rightOperand (7|true)$/,
    /^(Catalog|Dataset) (.*\.)?(dataset|catalog|service|distribution)( \[\]|\.\* left out)$/,
    /^(ContractNegotiation|Transfer)Error (consumerPid|providerPid) left out$/,
    /reason( \[\]|\.\* left out)$/,
    /^VersionResponse protocolVersions\.\*\.binding "x"$/,
  ],
  stricter: [
    /(Pid|Id|@id|target|assigner|assignee|action|leftOperand|format|endpoint\w*|name|dataset|version|path|protocol) ""$/,
    /callbackAddress "x?"$/,
    /^ContractAgreementMessage agreement\.timestamp left out$/,
    /^ContractRequestMessage offer\.target left out$/,
    /^Dataset @type /,
  ],
} as const

/** Everything that may stand in a place instead of what does. */
const others: readonly (readonly [what: string, value: unknown])[] = [
  ['left out', undefined],
  ...[null, 7, true, '', 'x', [], {}, ['x'], [7]].map(value => [JSON.stringify(value), value] as const),
]

t.test('we take what the specification takes and refuse what it refuses, but where we say so', async t => {
  if (!hasSpec(t, 'comparison of schemas')) return
  const found = await findDifferences()
  for (const [kind, rows] of Object.entries(differences)) {
    const ofKind = [...found].filter(([, each]) => each === kind).map(([difference]) => difference)
    t.same(
      ofKind.filter(difference => !rows.some(row => row.test(difference))),
      [],
      `${kind} nowhere else`,
    )
    t.same(
      rows.filter(row => !ofKind.some(difference => row.test(difference))),
      [],
      `${kind} as listed`,
    )
  }
})

async function findDifferences(): Promise<ReadonlyMap<string, keyof typeof differences>> {
  const found = new Map<string, keyof typeof differences>()
  for (const { type, body } of readExamples())
    for (const path of pathsIn(body))
      for (const [what, value] of others) {
        const changed = replaced(body, path, value) as Json
        const [theirs, ours] = [faultsBySpec(type, changed).length === 0, await takes(type, changed)]
        const place = path.map(step => (typeof step === 'number' ? '*' : step)).join('.')
        if (theirs !== ours) found.set(`${type} ${place} ${what}`, ours ? 'more lenient' : 'stricter')
      }
  return found
}

async function takes(type: string, body: unknown): Promise<boolean> {
  try {
    await parse(type as MessageType, body)
    return true
  } catch {
    return false
  }
}

type Path = readonly (string | number)[]

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return []
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return entries.flatMap(([key, child]) => [[...path, key], ...pathsIn(child, [...path, key])])
}

function replaced(whole: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(whole))
    return whole.map((each, at) => (at === key ? replaced(each, rest, value) : each)).filter(each => each !== undefined)
  const object = whole as Json
  return JSON.parse(JSON.stringify({ ...object, [key]: replaced(object[key], rest, value) }))
}
