import { KontorError } from '../errors.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** How an exchange of one message ended: acknowledged, refused with an error of the protocol, or not answered at all. */
export type Result = 'acknowledged' | 'refused' | 'failed'

/** Durations are in milliseconds; `process` and `flow` are ids of negotiations and transfers. */
interface MessageReceived {
  /** Absent for messages that belong to no process, and for those refused before it was known. */
  readonly process?: string | undefined
  /** As the protocol calls it: `ContractRequestMessage`. Of messages we know, never as a stranger spelt it. */
  readonly type: string
  /** Absent when nobody could be verified. */
  readonly counterparty?: string | undefined
  readonly result: Result
  readonly ms: number
  /** Why it was refused or failed. */
  readonly error?: unknown
}

interface MessageSent extends MessageReceived {
  /** 1 for the first. */
  readonly attempt: number
}

interface StateChanged {
  readonly kind: 'negotiation' | 'transfer'
  readonly process: string
  readonly role: 'consumer' | 'provider'
  /** Null for a process that begins. */
  readonly from: string | null
  readonly to: string
  /** Who caused it: a participant's id, or a part of ours. */
  readonly by: string
}

interface Decided {
  readonly kind: 'negotiation' | 'transfer'
  readonly process: string
  /** The decider that gave the opinion. */
  readonly by: string
  readonly opinion: string
  readonly reasons: readonly string[]
}

interface ObligationChanged {
  readonly obligation: string
  readonly agreement: string
  /** Ours in the agreement. */
  readonly role: 'consumer' | 'provider'
  readonly counterparty: string
  readonly action: string
  /** How it stands now; `due` is a reminder that it must be done soon. */
  readonly state: 'inactive' | 'pending' | 'fulfilled' | 'violated' | 'due'
  readonly due: Date | null
}

interface GaveUp {
  readonly process: string
  readonly type: string
  readonly reason: string
}

interface WorkFailed {
  readonly kind: 'negotiation' | 'transfer'
  /** What was to be done: `send` a message, set the data `flow`, `ask` a webhook, `act` later. */
  readonly lane: string
  readonly process: string
  readonly counterparty: string
  /** 1 for the first. */
  readonly attempt: number
  /** ms until it is tried again. */
  readonly again: number
  readonly error: unknown
}

interface JobFailed {
  /** Who does it: `issuance`, `renewal`, … */
  readonly kind: string
  /** What it is about. */
  readonly key: string
  /** For whom, where it is for somebody. */
  readonly queue: string
  /** 1 for the first. */
  readonly attempt: number
  /** ms until it is tried again. */
  readonly again: number
  readonly error: unknown
}

interface CatalogCrawled {
  readonly participant: string
  /** Whether something in it was not as before; absent if it could not be had. */
  readonly changed?: boolean
  /** How often it could not be had in a row, and why the last time. */
  readonly failures?: number
  readonly reason?: string
  readonly ms: number
}

interface GaiaXChanged {
  readonly what:
    | 'signed'
    | 'renewed'
    | 'signed anew'
    | 'revoked'
    | 'received'
    | 'refused'
    | 'failed'
    | 'labelled'
    | 'announced'
    | 'catalogued'
    | 'taken back'
  /** The URL of a credential. */
  readonly credential?: string
  readonly type?: string
  /** Another participant, clearing house or notary. */
  readonly peer?: string
  /** A stable code, for what was refused. */
  readonly code?: string
  readonly reason?: string
}

interface DataServed {
  readonly flow: string
  readonly format: string
  readonly status: number
  readonly bytes: number
  readonly ms: number
  /** Why it broke off before its end: the source, the consumer, or a transfer that was stopped. */
  readonly broken?: string | undefined
}

interface DataRefused {
  /** Absent when the token told none. */
  readonly flow?: string | undefined
  readonly format?: string | undefined
  /** The HTTP status of the refusal, 403 if nothing is said. */
  readonly status?: number | undefined
  readonly reason: string
}

interface RequestServed {
  readonly plane: 'protocol' | 'management' | 'data'
  readonly method: string
  readonly path: string
  readonly status: number
  readonly ms: number
}

interface ConnectorStarted {
  readonly participant: string
  /** Where each plane listens, as URLs; absent for a plane that this process does not run. */
  readonly protocol?: string | undefined
  readonly management?: string | undefined
  readonly data?: string | undefined
  readonly ms: number
}

interface IdentityRejected {
  /** What the peer wanted in by: `dsp`, `credential-service`, `issuer`. */
  readonly door: string
  /** The stable code of the reason. */
  readonly reason: string
  /** What was wrong; never the token itself. */
  readonly detail: string
}

interface IssuanceChanged {
  /** Such as `approved`, `delivered`, `revoked`. */
  readonly what: string
  readonly request: string
  readonly holder: string
  /** `rule` or `operator`, where somebody decided. */
  readonly by?: string
  readonly credential?: string
  readonly reason?: string
}

interface WalletChanged {
  readonly what: string
  /** The issuer, or the verifier to whom something was presented. */
  readonly peer: string
  readonly request?: string
  /** Types of credentials. */
  readonly types?: readonly string[]
  readonly reason?: string
}

interface Unexpected {
  /** The part of ours where it happened: `outbox`, `protocol`, … */
  readonly where: string
  readonly error: unknown
  readonly process?: string | undefined
}

/** What happens in a connector, one function an event. Each may be handed on by itself. */
export interface Events {
  readonly messageReceived: (event: MessageReceived) => void
  readonly messageSent: (event: MessageSent) => void
  readonly stateChanged: (event: StateChanged) => void
  readonly decided: (event: Decided) => void
  /** A duty of an agreement came into effect, was done or was not done in time; or somebody should be reminded of it. */
  readonly obligationChanged: (event: ObligationChanged) => void
  /** Delivery was tried for as long as is allowed; the process ends. */
  readonly gaveUp: (event: GaveUp) => void
  /** Work failed, and will be tried again. */
  readonly workFailed: (event: WorkFailed) => void
  /** Work that belongs to no process failed, and will be tried again. */
  readonly jobFailed: (event: JobFailed) => void
  readonly dataServed: (event: DataServed) => void
  readonly dataRefused: (event: DataRefused) => void
  readonly requestServed: (event: RequestServed) => void
  /** A peer's token, presentation or credential was turned down; the peer itself is told less. */
  readonly identityRejected: (event: IdentityRejected) => void
  /** Something happened to a credential that we issue, or to a request for one. */
  readonly issuance: (event: IssuanceChanged) => void
  /** Something happened to a Gaia-X credential, ours or another participant's. */
  readonly gaiaX: (event: GaiaXChanged) => void
  /** Another participant's catalogue was looked at, to be kept here. */
  readonly catalogCrawled: (event: CatalogCrawled) => void
  /** Something happened to our own credentials. */
  readonly wallet: (event: WalletChanged) => void
  readonly connectorStarted: (event: ConnectorStarted) => void
  readonly connectorStopping: () => void
  readonly connectorStopped: () => void
  /** An error nobody threw on purpose. */
  readonly unexpected: (event: Unexpected) => void
}

/** What asks for an operator's attention. */
const levelOfGaiaX = ({ what }: GaiaXChanged) => (what === 'failed' ? 'error' : what === 'refused' ? 'warn' : 'info')

/** Refusals and failures are what an operator looks for; all other messages only matter when something is searched for. */
const levelOf = { acknowledged: 'debug', refused: 'warn', failed: 'warn' } as const satisfies Record<Result, string>

/** Methods we count by name; a stranger's inventions are one more kind, not many. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** What was thrown on purpose is told without stacks: peers make us throw it as often as they like. */
const inShort = (error: unknown): unknown =>
  error instanceof KontorError
    ? { code: error.code, message: error.message, faults: error.faults, cause: messageOf(error.cause) }
    : error

const messageOf = (cause: unknown): string | undefined => (cause instanceof Error ? cause.message : undefined)

/** The home of all business events: each feeds the log and the metrics together, so that neither is forgotten. */
export function createEvents(log: Logger, metrics: Metrics): Events {
  const message = (direction: 'in' | 'out', sentence: string, event: MessageReceived | MessageSent): void => {
    const { type, result, ms } = event
    metrics.count('kontor_messages_total', { direction, type, result })
    metrics.took('kontor_message_seconds', { direction, type }, ms / 1000)
    log[levelOf[result]]({ ...event, error: inShort(event.error) }, sentence)
  }
  const data = (format: string, status: number, bytes: number): void => {
    metrics.count('kontor_dataplane_requests_total', { format, status: String(status) })
    metrics.count('kontor_dataplane_bytes_total', { format }, bytes)
  }

  return {
    messageReceived: event => message('in', 'message received', event),
    messageSent: event => message('out', 'message sent', event),
    stateChanged: event => log.info({ ...event }, 'state changed'),
    decided: event => log.info({ ...event }, 'decided'),
    obligationChanged: event =>
      log[event.state === 'violated' || event.state === 'due' ? 'warn' : 'info'](
        { ...event },
        `obligation ${event.state}`,
      ),
    gaveUp(event) {
      metrics.count('kontor_messages_total', { direction: 'out', type: event.type, result: 'given-up' })
      log.warn({ ...event }, 'delivery given up')
    },
    workFailed(event) {
      metrics.count('kontor_outbox_failures_total', { kind: event.kind, lane: event.lane })
      log.warn({ ...event, error: inShort(event.error) }, 'work failed, to be tried again')
    },
    jobFailed(event) {
      metrics.count('kontor_job_failures_total', { kind: event.kind })
      log.warn({ ...event, error: inShort(event.error) }, 'job failed, to be tried again')
    },
    dataServed({ flow, ...event }) {
      data(event.format, event.status, event.bytes)
      if (event.broken === undefined) log.debug({ process: flow, ...event }, 'data served')
      else log.warn({ process: flow, ...event }, 'data broke off')
    },
    dataRefused({ flow, format = 'unknown', status = 403, reason }) {
      data(format, status, 0)
      log.warn({ process: flow, format, status, reason }, 'data refused')
    },
    requestServed({ plane, method, path, status, ms }) {
      const counted = methods.has(method) ? method : 'other'
      metrics.count('kontor_http_requests_total', { plane, method: counted, status: String(status) })
      log.debug({ plane, method, path: path.replace(/\?.*/s, ''), status, ms }, 'request served')
    },
    identityRejected(event) {
      metrics.count('kontor_identity_rejections_total', { door: event.door, reason: event.reason })
      log.warn({ ...event }, 'identity rejected')
    },
    issuance: event => log.info({ ...event }, 'issuance'),
    wallet: event => log[event.what === 'presented' ? 'debug' : 'info']({ ...event }, 'wallet'),
    catalogCrawled(event) {
      metrics.count('kontor_crawls_total', { result: event.reason === undefined ? 'ok' : 'failed' })
      log[event.reason === undefined ? 'debug' : 'warn']({ ...event }, 'catalogue crawled')
    },
    gaiaX: event => log[levelOfGaiaX(event)]({ ...event }, 'gaia-x'),
    connectorStarted: event => log.info({ ...event }, 'connector started'),
    connectorStopping: () => log.info('connector stopping'),
    connectorStopped: () => log.info('connector stopped'),
    unexpected: event => log.error({ ...event }, 'unexpected error'),
  }
}
