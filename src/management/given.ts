import type { Access } from '../access/index.ts'
import type { Catalog, CatalogClient } from '../catalog/index.ts'
import type { Tail } from '../events/index.ts'
import type { Evidence } from '../evidence/index.ts'
import type { Federation } from '../federation/index.ts'
import type { GaiaX } from '../gaiax/index.ts'
import type { Unexpected } from '../http/index.ts'
import type { CredentialService, Issuer } from '../identity/index.ts'
import type { JsonLd } from '../jsonld/index.ts'
import type { Secrets } from '../keys/index.ts'
import type { Negotiations } from '../negotiation/index.ts'
import type { Doctor, FindPeer } from '../peers/index.ts'
import type { Participant } from '../policy/index.ts'
import type { Entry, Pending, Role, SourcedEntry, Trouble } from '../process/index.ts'
import type { DataPlane, SourceAddress } from '../signaling/index.ts'
import type { Transfers } from '../transfer/index.ts'
import type { Callbacks, Webhooks } from '../webhooks/index.ts'

/** What the management API is made of: the services it speaks for. */
export interface Given {
  /** Who may use it. */
  readonly access: Pick<Access, 'door' | 'keys' | 'audit'>
  readonly jsonLd: JsonLd
  readonly catalog: Pick<Catalog, 'datasets' | 'policies' | 'publications' | 'change' | 'simulate'>
  /** Asks other participants for what they offer. */
  readonly catalogClient: Pick<CatalogClient, 'requestCatalog' | 'requestDataset'>
  /** Catalogues of others that are kept here. */
  readonly federation: Omit<Federation, 'start'>
  readonly negotiations: Negotiations
  readonly transfers: Transfers
  /** Written here, never read. */
  readonly secrets: Omit<Secrets, 'reveal'>
  /** Participants that are configured, and what is attested about them by that. */
  readonly knownParticipants: readonly Participant[]
  /** What happens, and how many may listen to it at a time. */
  readonly events: { readonly participantId: string; readonly tail: Tail; readonly mostStreams: number }
  readonly evidence: Evidence
  readonly webhooks: Omit<Webhooks, 'start' | 'stop'>
  /** Those who are told what happens to a negotiation or a transfer. */
  readonly callbacks: Pick<Callbacks, 'of'>
  readonly now: () => Date
  /** Credentials about us; absent where identity is by static tokens. */
  readonly credentialService?: CredentialService | undefined
  /** What we say in a Gaia-X ecosystem; absent where we say nothing. */
  readonly gaiaX?:
    | Pick<
        GaiaX,
        | 'credentials'
        | 'peers'
        | 'refresh'
        | 'selfDescriptionUrl'
        | 'level'
        | 'catalogue'
        | 'compliance'
        | 'troubles'
        | 'agreements'
      >
    | undefined
  /** What we issue to others; absent where that is nothing. */
  readonly issuer?: Issuer | undefined
  /** What happened to a process, oldest first. */
  readonly journalOf: (processId: string) => Promise<readonly Entry[]>
  /** What happened under an agreement, from the first message on, oldest first. */
  readonly journalUnder: (
    agreement: { readonly id: string; readonly negotiationId: string; readonly role: Role },
    page: { readonly limit: number; readonly offset: number },
  ) => Promise<readonly SourcedEntry[]>
  /** The messages of ours that have not got through yet, by process id. */
  readonly pendingOf: (processIds: readonly string[]) => Promise<ReadonlyMap<string, Pending>>
  /** What else has failed for a process, and is tried again. */
  readonly troublesOf: (processId: string) => Promise<readonly Trouble[]>
  /** The data plane: where it is reached, what sources it knows, and in which formats data at a source can be had. */
  readonly dataPlane: { readonly url: () => string } & Pick<DataPlane, 'knows' | 'formatsOf'>
  /** What is wrong with a source address, in sentences. */
  readonly faultsOf: (source: SourceAddress) => readonly string[]
  /** The source address of that dataset as it was given, its secrets readable: to be compared, never to be shown. */
  readonly openSource: (source: SourceAddress, datasetId: string) => Promise<SourceAddress>
  /** The protocol URL (2025-1) of a peer of whom only the root is known. Throws `bad-gateway`. */
  readonly discover: (root: string) => Promise<string>
  /** Who is meant by an id or a URL, and where that participant receives messages. */
  readonly findPeer: FindPeer
  /** Examines what is between a participant and us. */
  readonly examine: Doctor
  /** Throws `address-forbidden` for a peer's address that must not be called: better told at once than tried in vain. */
  readonly checkAddress: (url: string) => void
  /** Hears of errors that nobody threw on purpose. */
  readonly unexpected: Unexpected
}
