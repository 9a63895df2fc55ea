import { type Kind, kind, list } from './kinds.ts'
import { dictionary, entries, mapping } from './mapping.ts'
import type { ClaimSource, CredentialDefinition, EntitledHolder } from './types.ts'
import { duration, oneOf, text, webUrl } from './values.ts'

/** An id that stands in URLs as it is. */
const name = kind('letters, digits, dots, dashes and underscores, at most 100', given =>
  typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : undefined,
)

/** A fixed text, or the name of an attribute of the holder. */
const source: Kind<ClaimSource> = kind('a text, or { attribute: name }', given => {
  if (typeof given === 'string' && given !== '') return given
  if (typeof given !== 'object' || given === null || Object.keys(given).length !== 1) return undefined
  const attribute: unknown = Reflect.get(given, 'attribute')
  return typeof attribute === 'string' && attribute !== '' ? { attribute } : undefined
})

const did = kind('a DID', given => (typeof given === 'string' && /^did:[a-z\d]+:\S+$/.test(given) ? given : undefined))

const anyDefault = <T>(value: T) => ({ value })

/** The credentials that an issuer issues. */
export const definitions: Kind<readonly CredentialDefinition[]> = entries(
  mapping('a credential definition', {
    id: [name],
    type: [text],
    profile: [oneOf('vc20-bssl/jwt', 'vc11-sl2021/jwt'), anyDefault('vc20-bssl/jwt')],
    validity: [duration('3650d'), anyDefault(365 * 86_400_000)],
    approval: [oneOf('automatic', 'person'), anyDefault('automatic')],
    requires: [dictionary(text), anyDefault({})],
    claims: [dictionary(source), anyDefault({})],
    status: [list(oneOf('revocation', 'suspension')), anyDefault(['revocation'])],
    schema: [webUrl, anyDefault(undefined)],
  } as const),
)

/** Who is entitled to credentials, and what is attested about them. */
export const holders: Kind<readonly EntitledHolder[]> = entries(
  mapping('a holder', {
    id: [did],
    attributes: [dictionary(text), anyDefault({})],
    credentials: [list(name), anyDefault(undefined)],
  } as const),
)
