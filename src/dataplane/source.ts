import type { SourceAddress } from '../signaling/index.ts'

/** A web resource, as a source. */
export interface HttpSource {
  readonly type: 'HttpData'
  /** Where it lies; nothing that a consumer sends leads out of it. */
  readonly base: URL
  readonly method: string
  /** Headers that only the source may see: keys, mostly. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** A header whose value is a secret, by its name: looked up when the source is asked. */
  readonly key?: { readonly header: string; readonly secret: string } | undefined
  /** Said of the data, whatever the source says. */
  readonly contentType: string | undefined
  /** Which parts of the consumer's request are handed on. */
  readonly proxy: Readonly<Record<'path' | 'query' | 'method' | 'body', boolean>>
}

/** A file in the directory of `data.files`, as a source. */
export interface FileSource {
  readonly type: 'File'
  /** Relative to that directory. */
  readonly path: string
  readonly contentType: string | undefined
}

export type Source = HttpSource | FileSource

/**
 * The properties we know of a source address. The names for `HttpData` are the ones people know from the EDC; besides
 * these, `header:NAME` is a header for the source.
 */
// biome-ignore format: a table is read by its columns
export const properties = {
  HttpData: {
    baseUrl:          'text',     // http(s) URL; everything that is fetched lies under it
    path:             'text',     // is appended to baseUrl
    queryParams:      'text',     // `a=1&b=2`, sent with every request
    method:           'text',     // how the source is asked, GET by default
    contentType:      'text',     // said of the data instead of what the source says
    authKey:          'text',     // name of a header that carries a key …
    authCode:         'text',     // … and the key,
    secretName:       'text',     // or the name of the secret that is the key
    proxyPath:        'flag',     // the path after /public is appended
    proxyQueryParams: 'flag',     // the query is appended
    proxyMethod:      'flag',     // the source is asked with the consumer's method
    proxyBody:        'flag',     // the body is handed on
  },
  File: {
    path:             'text',     // relative to the directory of the setting data.files
    contentType:      'text',     // instead of what the name's ending tells
  },
} as const satisfies Record<string, Record<string, 'text' | 'flag'>>

/** A source address that has no faults, in the form we work with. */
export function parseSource(address: SourceAddress): Source {
  const contentType = textOf(address, 'contentType')
  if (address.type === 'File') return { type: 'File', path: textOf(address, 'path') ?? '', contentType }
  return {
    type: 'HttpData',
    base: baseOf(address),
    method: methodOf(address),
    headers: Object.fromEntries(headersOf(address).map(({ name, value }) => [name.toLowerCase(), String(value)])),
    key: keyOf(address),
    contentType,
    proxy: {
      path: flagOf(address, 'proxyPath'),
      query: flagOf(address, 'proxyQueryParams'),
      method: flagOf(address, 'proxyMethod'),
      body: flagOf(address, 'proxyBody'),
    },
  }
}

function baseOf(address: SourceAddress): URL {
  const base = new URL(textOf(address, 'baseUrl') ?? '')
  const path = textOf(address, 'path')
  if (path !== undefined) base.pathname = `${base.pathname.replace(/\/$/, '')}/${path.replace(/^\//, '')}`
  const query = textOf(address, 'queryParams')?.replace(/^\?/, '') ?? ''
  if (query !== '') base.search = base.search === '' ? query : `${base.search}&${query}`
  return base
}

/** The headers that an address gives to its source, and by which property. */
export function headersOf(address: SourceAddress): { property: string; name: string; value: unknown }[] {
  const prefix = 'header:'
  const named = Object.entries(address).filter(([property]) => property.startsWith(prefix))
  const headers = named.map(([property, value]) => ({ property, name: property.slice(prefix.length), value }))
  const key = address.authCode === undefined ? undefined : textOf(address, 'authKey')
  return key === undefined ? headers : [...headers, { property: 'authKey', name: key, value: address.authCode }]
}

/** The header whose value is a secret of that name, if the address has one. */
export function keyOf(address: SourceAddress): HttpSource['key'] {
  const [header, secret] = [textOf(address, 'authKey'), textOf(address, 'secretName')]
  return header === undefined || secret === undefined ? undefined : { header: header.toLowerCase(), secret }
}

/** How the source is asked. */
export const methodOf = (address: SourceAddress): string => (textOf(address, 'method') ?? 'GET').toUpperCase()

/** A property that is a text. */
export function textOf(address: SourceAddress, name: string): string | undefined {
  const value = address[name]
  return typeof value === 'string' ? value : undefined
}

/** Clients of the EDC write flags as text. */
const flagOf = (address: SourceAddress, name: string): boolean => address[name] === true || address[name] === 'true'
