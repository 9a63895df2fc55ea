import { isJsonObject } from '../jsonld/index.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

/** Terms of a policy whose values are names. */
const named: ReadonlySet<string> = new Set(['leftOperand', 'action', 'odrl:leftOperand', 'odrl:action'])

/** Names that the EDC's context lets stand without a prefix where a policy has names. */
const bare: ReadonlySet<string> = new Set(['inForceDate'])

/**
 * A policy out of a message in the EDC's context, with the names of the EDC's vocabulary in full. We speak to peers in the protocol's context
 * alone, where `edc:region` and `inForceDate` mean nothing, and an agreement would not be what was offered.
 */
export function spellOutEdc(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spellOutEdc)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(([key, inner]) => {
    const told = named.has(key) ? nameInFull(inner) : inner
    return [inFull(key), spellOutEdc(told)] as const
  })
  return Object.fromEntries(entries)
}

function nameInFull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nameInFull)
  if (typeof value === 'string') return bare.has(value) ? EDC + value : inFull(value)
  if (!isJsonObject(value) || typeof value['@id'] !== 'string') return value
  return { ...value, '@id': nameInFull(value['@id']) }
}

const inFull = (name: string): string => (name.startsWith('edc:') ? EDC + name.slice('edc:'.length) : name)
