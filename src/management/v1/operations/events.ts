import { get } from '../../operation.ts'
import { anyObject, listOf, meaning, named, record, text, time } from '../../schemas.ts'
import { shapes } from '../shapes.ts'

const cloudEvent = named(
  'Event',
  record({
    specversion: { const: '1.0' },
    id: meaning('The same wherever and whenever this event is told.', text),
    source: meaning('The participant whose connector it is.', text),
    type: text,
    subject: meaning('The id of what it is about.', text),
    time,
    datacontenttype: { const: 'application/json' },
    dataschema: text,
    sequence: meaning('Its number among all events, with leading zeros: of two the greater is the later one.', text),
    data: anyObject,
  }),
)

const events = named(
  'Events',
  record({
    items: listOf(cloudEvent),
    next: meaning('Asks for what comes behind as `after`; there may be nothing yet.', text),
  }),
)

const types = named(
  'EventTypes',
  record({
    items: listOf(named('EventType', record({ type: text, subject: text, about: text, dataSchema: anyObject }))),
  }),
)

const following = {
  description: `Who accepts \`text/event-stream\` gets server-sent events: each is a CloudEvent, and its number is the id, so that a reader goes on
where it was (\`Last-Event-ID\`, or \`after\`). Without either a stream begins now, and a page with the first event that is kept. What is no longer
kept is answered with 410. \`type\` takes several with commas between them, and beginnings such as \`negotiation.*\`.`,
  givesTypes: ['application/json', 'text/event-stream'],
}

/** What happens. */
// biome-ignore format: a table is read by its columns
export const eventOperations = {
  listEvents:     get('/events',      shapes.events,  events, 'Tells what has happened, a page at a time or as it happens', following),
  listEventTypes: get('/event-types', shapes.nothing, types,  'Lists the types of events, with the JSON Schema of their data'),
} as const
