/** Tables of transitions, the runner that walks them, the outbox that does what follows. */
export { type Archive, createArchive } from './archive.ts'
export { newProcessId } from './beginning.ts'
export {
  type Condition,
  conditionSql,
  type Operator,
  operators,
  type Searched,
  seconds,
  text,
} from './conditions.ts'
export { type Answer, type Deliver, type DeliveryEvents, serveProcesses } from './delivery.ts'
export { envelopeOf, type Incoming } from './incoming.ts'
export type { Errand, Job } from './job-store.ts'
export { createJobs, type JobEvents, type Jobs, type Work } from './jobs.ts'
export { brokenAt, digestOf, type Entry, type Happening } from './journal.ts'
export type { Claims, Deed, LaneWork, Rules } from './kind.ts'
export { countByState, type ProcessField, type ProcessQuery } from './list.ts'
export { createOutbox, type Lane, type Outbox, type OutboxEvents, type Task } from './outbox.ts'
export { findPending, findTroubles, measureOutbox, type Pending, type Trouble } from './outbox-store.ts'
export { isReplicaAlive, joinReplicas, type Replica } from './replica.ts'
export { deleteEnded, deleteProcess, type Filed, type Forget } from './retention.ts'
export { createRunner, type Follow, PEERS_PATIENCE, type ProcessEvents, type Remark, type Runner } from './runner.ts'
export { type Beside, findProcess, type Kind, listAgreementJournal, listJournal, type SourcedEntry } from './store.ts'
export { createTable, type Row, type Table } from './table.ts'
export {
  type Callback,
  type CalledBack,
  type Decider,
  type Opinion,
  otherRole,
  type Process,
  type Role,
  type Sending,
  type Situation,
  type Step,
  type Waiting,
} from './types.ts'
