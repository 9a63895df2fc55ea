import { createHash, createHmac } from 'node:crypto'
import type { Secret } from '../../config/types.ts'

/** Who asks, and where. */
export interface Credentials {
  readonly region: string
  readonly service: string
  readonly accessKey: string
  readonly secretKey: Secret
}

/** A request as it will go out. */
interface Request {
  readonly method: string
  readonly url: URL
  /** By lower-case name; all of them are signed, and the host besides. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The headers of a request with `x-amz-date` and `authorization`: AWS Signature Version 4, as other clouds take it, too. */
export function signRequest(request: Request, credentials: Credentials, now: Date): Record<string, string> {
  const { region, service, accessKey, secretKey } = credentials
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = [time.slice(0, 8), region, service, 'aws4_request']
  const headers = { ...request.headers, 'x-amz-date': time }
  const names = [...Object.keys(headers), 'host'].sort().join(';')

  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical({ ...request, headers }))].join('\n')
  const key = scope.reduce<Buffer | string>((from, part) => hmac(from, part), `AWS4${secretKey.reveal()}`)
  const signature = hmac(key, text).toString('hex')
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`,
  }
}

/** The request in the one spelling that both sides hash. */
function canonical({ method, url, headers, body }: Request): string {
  const signed = Object.entries({ ...headers, host: url.host }).sort(([one], [other]) => (one < other ? -1 : 1))
  const path = url.pathname.split('/').map(encodeURIComponent).join('/')
  const lines = signed.map(([name, value]) => `${name}:${value.trim()}\n`).join('')
  const names = signed.map(([name]) => name).join(';')
  return [method, path, url.search.slice(1), lines, names, sha256(body)].join('\n')
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
