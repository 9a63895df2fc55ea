import { randomUUID } from 'node:crypto'
import { dataSchemaId } from './schemas.ts'
import type { Told } from './store.ts'
import { eventTypes, PREFIX } from './types.ts'

/** An event as it is told to others: CloudEvents 1.0 in JSON, with the extension attribute `sequence`. */
export interface CloudEvent {
  readonly specversion: '1.0'
  /** The same wherever and whenever this event is told. */
  readonly id: string
  /** The participant whose connector it is. */
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly dataschema: string
  /** Its place among all events: of two the greater text is the later one. */
  readonly sequence: string
  readonly data: object
}

/** As many digits as any place has. */
const DIGITS = 16

/** A message to a webhook that only shows whether it gets there. It is no event: it has no place among them. */
export const pingOf = (participantId: string, webhook: string, at: Date): CloudEvent => ({
  specversion: '1.0',
  id: randomUUID(),
  source: encodeURI(participantId),
  type: `${PREFIX}webhook.ping`,
  subject: webhook,
  time: at.toISOString(),
  datacontenttype: 'application/json',
  dataschema: dataSchemaId('thing'),
  sequence: '0'.repeat(DIGITS),
  data: { id: webhook },
})

/** An event of the connector of a participant. */
export function toCloudEvent(participantId: string, { id, position, at, type, subject, data }: Told): CloudEvent {
  return {
    specversion: '1.0',
    id,
    // A URI reference; ids of participants are URIs, or names.
    source: encodeURI(participantId),
    type: `${PREFIX}${type}`,
    subject,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    dataschema: dataSchemaId(eventTypes[type][1]),
    sequence: String(position).padStart(DIGITS, '0'),
    data,
  }
}
