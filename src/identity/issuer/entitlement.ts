import type { CredentialDefinition, EntitledHolder } from '../../config/types.ts'

/** What becomes of a request for one kind of credential. */
export type Judgement =
  | { readonly kind: 'issue' }
  /** A person decides. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'refuse'; readonly reason: string }

/** Decides by rule whether a holder gets a credential; `holder` is what the configuration says of it, if it says anything. */
export function judge(definition: CredentialDefinition, holder: EntitledHolder | undefined): Judgement {
  if (definition.approval === 'person') return { kind: 'ask' }
  if (holder === undefined) return refuse('You are not among the holders for whom this issuer issues credentials.')
  if (holder.credentials && !holder.credentials.includes(definition.id))
    return refuse(`You are not entitled to ${definition.type}.`)
  const lacking = Object.entries(definition.requires).some(([name, value]) => holder.attributes[name] !== value)
  return lacking ? refuse(`You lack what this issuer requires for ${definition.type}.`) : { kind: 'issue' }
}

const refuse = (reason: string): Judgement => ({ kind: 'refuse', reason })

/** What a credential says of its subject, or the names of claims for which nothing is known. */
export type Claims = { readonly claims: Readonly<Record<string, unknown>> } | { readonly missing: readonly string[] }

/** Fills the claims of a definition from the attributes of a holder, and from what a person has added. */
export function claimsFor(
  definition: CredentialDefinition,
  holder: EntitledHolder | undefined,
  added: Readonly<Record<string, unknown>> = {},
): Claims {
  const filled = Object.entries(definition.claims).map(([claim, source]): [string, unknown] => [
    claim,
    added[claim] ?? (typeof source === 'string' ? source : holder?.attributes[source.attribute]),
  ])
  const missing = filled.filter(([, value]) => value === undefined).map(([claim]) => claim)
  return missing.length > 0 ? { missing } : { claims: Object.fromEntries(filled) }
}
