import { isSealed, type SourceAddress } from '../signaling/index.ts'
import { headersOf, keyOf, methodOf, textOf as plainTextOf, properties } from './source.ts'

type Known = keyof typeof properties

/** Whether there are sources of that type here. */
export const isKnown = (type: string): type is Known => Object.hasOwn(properties, type)

/** Methods that read and change a resource; CONNECT and TRACE are about the way to it. */
export const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Headers that are HTTP's own: they cannot be a source's key. */
// biome-ignore format: one list
const reserved: ReadonlySet<string> = new Set([
  'connection', 'content-length', 'expect', 'host', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer',
  'transfer-encoding', 'upgrade',
])

/** What is wrong with a source address, in sentences; nothing means it is fine. */
export function faultsOf(address: SourceAddress): readonly string[] {
  const { type } = address
  if (!isKnown(type)) return [`type is ${quote(type)}: it must be HttpData or File.`]
  const faults = [...faultsOfForm(address, type), ...faultsOfNames(address, type), ...faultsOfContentType(address)]
  if (faults.length > 0) return faults
  return type === 'HttpData' ? faultsOfHttp(address) : faultsOfFile(address)
}

function faultsOfForm(address: SourceAddress, type: Known): string[] {
  return Object.entries(properties[type]).flatMap(([name, form]) => {
    const value = address[name]
    return value === undefined || isSealed(value) || forms[form].fits(value)
      ? []
      : [`${name} must be ${forms[form].allowed}.`]
  })
}

const forms = {
  text: { fits: (value: unknown) => typeof value === 'string' && value !== '', allowed: 'a text that is not empty' },
  flag: { fits: (value: unknown) => /^(true|false)$/.test(String(value)), allowed: 'true or false' },
}

/** Unknown names are left alone (a sample of the EDC names its addresses, for one), except a known one in other letters: a slip. */
function faultsOfNames(address: SourceAddress, type: Known): string[] {
  const meant = new Map(Object.keys(properties[type]).map(name => [name.toLowerCase(), name]))
  return Object.keys(address).flatMap(name => {
    const right = meant.get(name.toLowerCase())
    return right === undefined || right === name ? [] : [`${quote(name)} is not known: write ${right}.`]
  })
}

const faultsOfContentType = ({ contentType = 'text/csv' }: SourceAddress): string[] =>
  /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+ *(;[\x20-\x7e]*)?$/.test(String(contentType))
    ? []
    : ['contentType must be a media type such as text/csv.']

function faultsOfHttp(address: SourceAddress): string[] {
  const text = textOf(address, 'baseUrl')
  if (text === undefined) return ['baseUrl is missing: say where the data lies, as an http or https URL.']
  const base = URL.canParse(text) ? new URL(text) : undefined
  if (base === undefined || !/^https?:$/.test(base.protocol))
    return [`baseUrl is ${quote(text)}: it must be an http or https URL.`]
  const checks: readonly (readonly [wrong: boolean, sentence: string])[] = [
    [base.username + base.password !== '', 'baseUrl must not carry a user name or password: use header:authorization.'],
    [base.hash !== '', 'baseUrl must not have a fragment: it would never reach the source.'],
    [leaves(textOf(address, 'path') ?? ''), 'path must not have . or .. segments, backslashes, ? or #.'],
    [!methods.has(methodOf(address)), `method must be one of ${[...methods].join(', ')}.`],
    [
      address.authCode !== undefined && address.secretName !== undefined,
      'authCode and secretName say the same: give the key itself, or the name of the secret.',
    ],
    [
      (address.authKey === undefined) !== (address.authCode === undefined && address.secretName === undefined),
      'authKey and authCode, or authKey and secretName, belong together: give both, or none.',
    ],
  ]
  return [
    ...checks.filter(([wrong]) => wrong).map(([, sentence]) => sentence),
    ...[...headersOf(address), ...headerOfKey(address)].flatMap(faultsOfHeader),
  ]
}

/** The header of a secret: what stands in it is not known yet. */
function headerOfKey(address: SourceAddress): Parameters<typeof faultsOfHeader>[0][] {
  const key = keyOf(address)
  return key === undefined ? [] : [{ property: 'authKey', name: key.header, value: '' }]
}

/** Of a text that is sealed, what may be seen: it was judged when it was given. */
function textOf(address: SourceAddress, name: string): string | undefined {
  const value = address[name]
  return isSealed(value) ? value.shown : plainTextOf(address, name)
}

const leaves = (path: string): boolean => /(^|\/)\.\.?(\/|$)|[\\?#]/.test(path)

/** Whether it can be the value of a header. */
export const isHeaderValue = (value: unknown): value is string =>
  typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)

/** The value may be a secret, so no sentence shows it. */
function faultsOfHeader({ property, name, value }: { property: string; name: string; value: unknown }): string[] {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name)) return [`${quote(property)} does not name an HTTP header.`]
  if (reserved.has(name.toLowerCase())) return [`${quote(property)}: the connector sets the header ${name} by itself.`]
  const fine = isSealed(value) || isHeaderValue(value)
  return fine ? [] : [`The value of ${quote(property)} must be a text of one line in Latin letters.`]
}

function faultsOfFile(address: SourceAddress): string[] {
  const path = textOf(address, 'path')
  if (path === undefined) return ['path is missing: name a file, relative to the directory of data.files.']
  const outside = /(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[a-z]:|\0/i.test(path)
  return outside ? [`path is ${quote(path)}: it must be relative to the directory of data.files and stay in it.`] : []
}

const quote = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? 'missing'
