/** What stands in the place of something secret. */
export const MASK = '[secret]'

/** Names of properties whose value opens something. */
const opening =
  /authorization|auth-?code|secret|passw(or)?d|passphrase|token|credential|signature|connection-?string|(api|private|account|access|shared|subscription)[-_]?key|^sas$/i

/** Ends of names that only say what something secret is called, or where and for how long it is good. */
const describing = /(name|url|uri|endpoint|type|alias|id|expires|expires-?in)$/i

/** Whether the value of a property of a data address opens something; names may have a namespace before them. */
export function isSecret(name: string): boolean {
  const local = name.replace(/^.*[/#]/, '')
  return /^header:/i.test(name) || (opening.test(local) && !describing.test(local))
}

/** Parameters of a URL that open what is behind it: `sig` and `code` are those of clouds. */
const parameter =
  /token|secret|passw|passphrase|^pwd$|signature|credential|auth|^(sig|sas|code)$|(^|[-_.]|api|access|subscription)key$/i

/** A text, a user's name and password and what such parameters say hidden, as far as it is a URL or the parameters of one. */
function withoutParameters(text: string): string {
  return text
    .replace(/(\/\/)[^/?#@\s]*@/, `$1${MASK}@`)
    .replace(/([?&])([^=&?#]+)=([^&#]+)/g, (whole, before, name) =>
      parameter.test(name) ? `${before}${name}=${MASK}` : whole,
    )
}

/** A property of a data address as it may be seen by whoever may see the address. */
export function masked(name: string, value: unknown): unknown {
  if (isSecret(name)) return MASK
  if (typeof value !== 'string') return value
  if (!/(^|[/#])queryParams$/.test(name)) return withoutParameters(value)
  const bare = !value.startsWith('?')
  const clean = withoutParameters(bare ? `?${value}` : value)
  return bare ? clean.slice(1) : clean
}
