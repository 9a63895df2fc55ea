/** What happens, for programs that want to hear of it: written with what happens, numbered after the commit, read by number. */
export { type CloudEvent, pingOf, toCloudEvent } from './cloud-event.ts'
export type { Fact, FactData, ProcessFact } from './facts.ts'
export { isWanted, type Wanted } from './filter.ts'
export { eventsReference } from './reference.ts'
export { dataSchemas, type Shape } from './schemas.ts'
export { type Append, appendFacts, deleteEvents, factsAsRows, insertFacts, type Told } from './store.ts'
export { createTail, type Tail, type TailEvents } from './tail.ts'
export { type EventType, eventTypes, PREFIX, typesLike } from './types.ts'
