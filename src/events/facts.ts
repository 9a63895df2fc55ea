import type { DataOf } from './schemas.ts'
import type { EventType, eventTypes } from './types.ts'

/** What the data of an event of that type says. */
export type FactData<T extends EventType> = DataOf[(typeof eventTypes)[T][1]]

/** Something that has happened, as it is written down in the transaction in which it happens. */
export type Fact = {
  [T in EventType]: {
    readonly type: T
    /** The id of what it is about. */
    readonly subject: string
    readonly data: FactData<T>
  }
}[EventType]

/** What has happened to a negotiation or a transfer. */
export type ProcessFact = DataOf['process']
