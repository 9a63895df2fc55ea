import { isIP } from 'node:net'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Kind, kind, list } from './kinds.ts'

/** The text itself, when it is one. */
const textOf = (given: unknown): string | undefined => (typeof given === 'string' ? given : undefined)

/** One line of text. */
export const text: Kind<string> = kind('a text of one line, not empty and without spaces around it', given => {
  const line = textOf(given)
  return line !== undefined && /^\S(.*\S)?$/.test(line) && line.length <= 2048 ? line : undefined
})

/** A whole number within bounds, both included. */
export const wholeNumber = (least: number, most: number): Kind<number> =>
  kind(`a whole number from ${least} to ${most}`, given => {
    const number = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given
    return Number.isInteger(number) && typeof number === 'number' && number >= least && number <= most
      ? number
      : undefined
  })

/** A TCP port; 0 takes a free one. */
export const port: Kind<number> = wholeNumber(0, 65_535)

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A span of time, read into milliseconds. */
const milliseconds = (given: unknown): number | undefined => {
  const [, amount, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(textOf(given) ?? '') ?? []
  const length = units[unit]
  return length === undefined ? undefined : Number(amount) * length
}

/** A span of time above zero and up to `most`, in milliseconds. */
export const duration = (most: string): Kind<number> =>
  kind(`a duration above zero and at most ${most}, such as 500ms, 30s, 10m, 2h or 5d`, given => {
    const length = milliseconds(given)
    return length !== undefined && length > 0 && length <= (milliseconds(most) ?? 0) ? length : undefined
  })

/** A span of time up to `most`, or none at all, in milliseconds. */
export const span = (most: string): Kind<number> =>
  kind(`a duration from 0s to ${most}, such as 500ms, 30s, 10m, 2h or 5d`, given => {
    const length = milliseconds(given)
    return length !== undefined && length <= (milliseconds(most) ?? 0) ? length : undefined
  })

/** One of some words. */
export const oneOf = <const W extends string>(...words: readonly W[]): Kind<W> =>
  kind(`one of ${words.join(', ')}`, given => words.find(word => word === given))

/** A web address, when it is one that we may call and print: http or https, no credentials, no fragment. */
const webAddress = (given: unknown): URL | undefined => {
  const url = URL.canParse(textOf(given) ?? '') ? new URL(textOf(given) ?? '') : undefined
  return url && /^https?:$/.test(url.protocol) && url.username + url.password + url.hash === '' ? url : undefined
}

/** Scheme, host and port of a web server. */
export const origin: Kind<string> = kind('an http or https URL without path, query or credentials', given => {
  const url = webAddress(given)
  return url?.pathname === '/' && url.search === '' ? url.origin : undefined
})

/** The URL of something on a web server. */
export const webUrl: Kind<string> = kind(
  'an http or https URL without credentials or fragment',
  given => webAddress(given)?.href,
)

/** The name of an issuer, as it is: what its tokens say must be the very same text. */
export const issuerUrl: Kind<string> = kind('an http or https URL without credentials, query or fragment', given => {
  const url = webAddress(given)
  return url?.search === '' ? textOf(given) : undefined
})

/** A file or folder, made absolute. */
export const path: Kind<string> = kind('a path', (given, { folder }) => {
  const name = textOf(given) ?? ''
  return name === '' || name.includes('\0') ? undefined : resolve(folder, name)
})

/** A JavaScript module as `import()` takes it: paths become `file:` URLs. */
export const modules: Kind<readonly string[]> = list(
  kind('a path that begins with ./, ../ or /, or the name of a package', (given, { folder }) => {
    const name = textOf(given)
    if (name === undefined) return undefined
    if (/^\.\.?\//.test(name) || isAbsolute(name)) return pathToFileURL(resolve(folder, name)).href
    return /^(@[\w.-]+\/)?\w[\w.-]*(\/[\w./-]+)?$/.test(name) ? name : undefined
  }),
)

/** A name as in DNS; names of one label are hosts of a local network. */
const isHostName = (name: string): boolean =>
  name.length <= 253 && /^[a-z\d_]([\w-]*\w)?(\.[a-z\d_]([\w-]*\w)?)*$/i.test(name) && !/^[\d.]+$/.test(name)

/** An IP address without a zone: zones mean something on one machine only. */
const isAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes('%')

/** Where a listener binds. */
export const host: Kind<string> = kind('a host name or an IP address', given => {
  const name = textOf(given) ?? ''
  return isAddress(name) || isHostName(name) ? name : undefined
})

/** An address range such as `10.0.0.0/8`. */
const isRange = (range: string): boolean => {
  const [, address = '', bits = ''] = /^([^/%]+)\/(\d{1,3})$/.exec(range) ?? []
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return bits !== '' && Number(bits) <= most
}

/** Whom we may call: names in lower case, as requests compare them. */
export const hosts: Kind<readonly string[]> = list(
  kind('a host name, an IP address or an address range such as 10.0.0.0/8', given => {
    const name = (textOf(given) ?? '').toLowerCase()
    return isAddress(name) || isRange(name) || isHostName(name) ? name : undefined
  }),
)
