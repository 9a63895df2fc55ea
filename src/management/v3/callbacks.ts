import type { JsonObject } from '../../jsonld/index.ts'
import type { Callback } from '../../process/index.ts'
import type { Given } from '../given.ts'
import { missingValue, type Node, nodes, plain, refused, text, valuesOf } from './node.ts'
import type { Version } from './version.ts'
import { EDC } from './words.ts'

const path = `${EDC}callbackAddresses`
/** Nobody needs to be told of the same by so many. */
const MOST = 20
const MOST_EVENTS = 100
const LONGEST_EVENT = 200

/** RFC 9110, Section 5.1. */
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/
/** What belongs to the message itself is not the caller's to say. */
const own: ReadonlySet<string> = new Set([
  ...['content-length', 'content-type', 'content-encoding', 'transfer-encoding', 'host', 'connection', 'keep-alive'],
  ...['expect', 'te', 'trailer', 'upgrade', 'proxy-connection'],
])

/**
 * Who wants to be called when something happens to what is begun. Whoever cannot be called is refused: better to hear at once that nobody will
 * call than to wait. Throws `invalid`, and `address-forbidden` for an address that must not be called.
 */
export async function readCallbacks(
  body: Node,
  { checkAddress, secrets }: Pick<Given, 'checkAddress' | 'secrets'>,
): Promise<readonly Callback[] | undefined> {
  const found = nodes(body, 'callbackAddresses')
  if (found.length > MOST) throw refused({ path, message: `at most ${MOST} callbackAddresses can be given` })
  const callbacks = found.map(readCallback)
  for (const { url, secret } of callbacks) {
    checkAddress(url)
    if (secret !== undefined && (await secrets.find(secret)) === undefined)
      throw refused({ path: `${path}/${EDC}authCodeId`, message: 'there is no secret of that name: create it first' })
  }
  return callbacks.length > 0 ? callbacks : undefined
}

function readCallback(node: Node): Callback {
  const [header, secret] = [text(node, 'authKey'), text(node, 'authCodeId')]
  if (header !== undefined && (!HEADER.test(header) || own.has(header.toLowerCase())))
    throw refused({ path: `${path}/${EDC}authKey`, message: 'authKey must be the name of a header that may be chosen' })
  if (header !== undefined && secret === undefined) throw refused(missingValue(`${path}/${EDC}authCodeId`))
  return {
    url: readUrl(node),
    events: readEvents(node),
    transactional: readFlag(node),
    ...(header !== undefined && { header }),
    ...(secret !== undefined && { secret }),
  }
}

function readUrl(node: Node): string {
  const url = text(node, 'uri')
  if (url === undefined) throw refused(missingValue(`${path}/${EDC}uri`))
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw refused({ path: `${path}/${EDC}uri`, message: 'uri must be an http or https URL' })
  return url
}

function readEvents(node: Node): readonly string[] {
  const events = valuesOf(node, 'events').map(plain)
  const good = (event: unknown): event is string =>
    typeof event === 'string' && event.trim() !== '' && event.length <= LONGEST_EVENT
  if (events.length > 0 && events.length <= MOST_EVENTS && events.every(good)) return events
  throw refused({
    path: `${path}/${EDC}events`,
    message: `events must be a list of names of events or beginnings of them, such as contract.negotiation or transfer.process.started; at most ${MOST_EVENTS}`,
  })
}

function readFlag(node: Node): boolean {
  const [flag = false] = valuesOf(node, 'transactional').map(plain)
  if (typeof flag === 'boolean') return flag
  throw refused({ path: `${path}/${EDC}transactional`, message: 'transactional must be true or false' })
}

/** The same as they are shown again. */
export const writeCallbacks = (
  callbacks: readonly Callback[] = [],
  { few, own }: Pick<Version, 'few' | 'own'>,
): unknown =>
  few(
    callbacks.map(
      ({ url, events, transactional, header, secret }): JsonObject => ({
        '@type': 'CallbackAddress',
        transactional,
        uri: url,
        events: few(events),
        ...(header !== undefined && { [own('authKey')]: header }),
        ...(secret !== undefined && { [own('authCodeId')]: secret }),
      }),
    ),
  )
