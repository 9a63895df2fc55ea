import type { Readable } from 'node:stream'
import { invalid, KontorError } from '../../errors.ts'
import {
  dataSchemas,
  type EventType,
  eventTypes,
  isWanted,
  PREFIX,
  type Told,
  toCloudEvent,
  typesLike,
  type Wanted,
} from '../../events/index.ts'
import type { Given } from '../given.ts'
import { type Call, type Endpoint, implement } from './endpoint.ts'
import { openEventStream } from './event-stream.ts'
import { eventOperations } from './operations/events.ts'
import type { EventInput } from './shapes.ts'

/** Events read at a time for a page. */
const READ = 500
/** More events are not looked at for one page: whoever wants few of many asks again from where it ends. */
const LOOKED_AT = 5_000
/** When a reader may try again that found no place, s. */
const AGAIN_AFTER = 30

/** What happens, as CloudEvents: a page at a time, or as a stream to whoever accepts `text/event-stream`. */
export function eventEndpoints({ events }: Pick<Given, 'events'>): Endpoint[] {
  const { participantId, tail, mostStreams } = events
  const show = (event: Told) => toCloudEvent(participantId, event)
  let streams = 0

  /** The place behind which somebody wants to read; without a word the stream begins now, and the list with the first there is. */
  async function beginning(told: string | undefined, otherwise: 'first' | 'last'): Promise<number> {
    const { first, last } = await tail.bounds()
    if (told === undefined) return otherwise === 'last' ? last : 0
    const place = Number(told)
    if (place > last) throw unknownPlace('no event has that number yet')
    if (place > 0 && place < first - 1)
      throw new KontorError(
        'gone',
        410,
        `The events behind ${place} are no longer kept: begin with after=0, which gives those from ${first} on, and ask the lists for how things stand.`,
      )
    return place
  }

  async function page({ after, limit = '100', ...conditions }: EventInput) {
    const wanted = wantedBy(conditions)
    let place = await beginning(after, 'first')
    const items: Told[] = []
    const begun = place
    while (items.length < Number(limit) && place - begun < LOOKED_AT) {
      const found = await tail.read(place, READ)
      if (found.length === 0) break
      for (const event of found) {
        if (items.length === Number(limit)) break
        place = event.position
        if (isWanted(wanted, event)) items.push(event)
      }
    }
    return { items: items.map(show), next: String(place) }
  }

  async function stream({ after, limit, ...conditions }: EventInput, lastEventId: string): Promise<Readable> {
    if (limit !== undefined) throw unknownPlace('a stream has no limit', '/limit')
    if (lastEventId !== '' && !/^\d{1,15}$/.test(lastEventId))
      throw unknownPlace('must be the id of an event of this stream', 'Last-Event-ID')
    const wanted = wantedBy(conditions)
    // A browser that comes back says where it was, in a request that still has the first `after`.
    const place = await beginning(lastEventId === '' ? after : lastEventId, 'last')
    if (streams >= mostStreams)
      throw new KontorError('too-many', 429, `${mostStreams} follow the events already, and that is the most.`, {
        retryAfter: AGAIN_AFTER,
      })
    streams++
    return openEventStream(tail, { after: place, wanted, show, ended: () => streams-- })
  }

  const follow = ({ input, header }: Call<EventInput>) =>
    header('accept').includes('text/event-stream') ? stream(input, header('last-event-id')) : page(input)

  return implement(eventOperations, { listEvents: follow, listEventTypes: async () => ({ items: described }) })
}

const unknownPlace = (message: string, path = '/after') =>
  invalid('The events cannot be followed from there.', { faults: [{ path, message }] })

/** Who wants what: patterns of types with commas between them, a subject, a process. */
function wantedBy({ type, subject, process }: Pick<EventInput, 'type' | 'subject' | 'process'>): Wanted {
  return { types: type === undefined ? undefined : readTypes(type.split(','), '/type'), subject, process }
}

/** The types that some patterns mean. Throws `invalid` for one that means none. */
function readTypes(patterns: readonly string[], path: string): ReadonlySet<EventType> {
  const faults: { path: string; message: string }[] = []
  const types = patterns.flatMap(pattern => {
    const found = typesLike(pattern.trim())
    if (!found)
      faults.push({ path, message: `${JSON.stringify(pattern)} is no type of event: GET /management/v1/event-types` })
    return found ?? []
  })
  if (faults.length > 0) throw invalid('There are no such events.', { faults })
  return new Set(types)
}

/** All types, with the schema of their data. */
const described = Object.entries(eventTypes).map(([type, [subject, shape, about]]) => ({
  type: `${PREFIX}${type}`,
  subject,
  about,
  dataSchema: dataSchemas[shape],
}))
