/** A value that no log, error or answer may show. Printing it gives `[secret]`; `reveal()` gives the value. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  /** What `util.inspect`, and with it every debugger's log, shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

/** A participant we know by static tokens (`identity: tokens`). */
export interface KnownParticipant {
  readonly id: string
  /** SHA-256, hex, of the token it presents to us. */
  readonly accepts: string
  /** The token we present to it. */
  readonly presents: Secret
  /** How it stands in the Authorization header: behind `Bearer`, or alone. */
  readonly scheme: 'bearer' | 'none'
  /** Groups that policies may ask for. */
  readonly groups: readonly string[]
}

/** Whose credentials we believe. */
export interface TrustedIssuer {
  /** Its DID. */
  readonly id: string
  /** The types of credentials it is believed for; none listed means all. */
  readonly types: readonly string[]
}

/** What a claim of a credential says: a fixed text, or what is known of the holder under that name. */
export type ClaimSource = string | { readonly attribute: string }

/** A kind of credential that an issuer issues (`issuer.definitions`). */
export interface CredentialDefinition {
  readonly id: string
  /** Its type, besides `VerifiableCredential`. */
  readonly type: string
  readonly profile: 'vc20-bssl/jwt' | 'vc11-sl2021/jwt'
  /** How long a credential is valid, ms. */
  readonly validity: number
  /** Whether the list of holders decides, or a person. */
  readonly approval: 'automatic' | 'person'
  /** Attributes that a holder must have, and their values. */
  readonly requires: Readonly<Record<string, string>>
  readonly claims: Readonly<Record<string, ClaimSource>>
  /** What may be done to a credential later. */
  readonly status: readonly ('revocation' | 'suspension')[]
  /**
   * The URL of a JSON Schema that the credential names; without one it names none. For `vc11-sl2021/jwt` it is one of the subject, for
   * `vc20-bssl/jwt` of the whole credential.
   */
  readonly schema: string | undefined
}

/** A holder whom an issuer knows (`issuer.holders`). */
export interface EntitledHolder {
  /** A DID. */
  readonly id: string
  readonly attributes: Readonly<Record<string, string>>
  /** Ids of the definitions it is entitled to; without them, all whose requirements it meets. */
  readonly credentials: readonly string[] | undefined
}

/** What a policy's left operand asks for: `identity.dcp.policyScopes`. */
export interface PolicyScopes {
  readonly operand: string
  readonly scopes: readonly string[]
}

/** A postal address in a Gaia-X self-description. */
export interface GaiaXAddress {
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string
  readonly countryName: string | undefined
  readonly streetAddress: string | undefined
  readonly postalCode: string | undefined
  readonly locality: string | undefined
  /** A region of the level NUTS-2. */
  readonly region: string | undefined
}

/** A kind of registration number, as it stands in the path of a notary. */
export type GaiaXRegistrationKind =
  | 'vat-id'
  | 'lei-code'
  | 'eori'
  | 'tax-id'
  | 'euid'
  | 'local'
  | 'country-company-number'

/** A number under which a legal person is registered. */
export interface GaiaXRegistration {
  readonly kind: GaiaXRegistrationKind
  readonly value: string
  readonly countryCode: string | undefined
}

/** A document on the web, and the digest of its content. */
export interface GaiaXDocument {
  readonly url: string
  readonly sha256: string
}

/** A program for which our token service makes ID tokens. */
export interface StsClient {
  readonly id: string
  /** SHA-256, hex, of its secret. */
  readonly secret: string
}

/** Where a listener binds, and how others reach it. */
export interface Listener {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
}

/** Everything the connector is told from outside, read once and frozen. The table of names is `settings.ts`. */
export interface Config {
  readonly participant: { readonly id: string }
  /** What this process does: everything, or its share of a connector of several processes on one database server. */
  readonly role: 'all' | 'control' | 'data' | 'issuer'
  readonly protocol: Listener & {
    /** The origin under which peers reach us, without a path; default: `http://host:port`. */
    readonly publicUrl: string | undefined
  }
  readonly management: Listener & {
    readonly apiKey: Secret
    /** Origins whose web pages may use it from a browser. */
    readonly allowOrigins: readonly string[]
    /** An OpenID provider whose access tokens open it, too; with `issuer`, audience and roles are there. */
    readonly oidc: {
      readonly issuer: string | undefined
      readonly audience: string | undefined
      readonly roleClaim: string
      readonly roles: Readonly<Record<string, 'read' | 'steward' | 'operator'>> | undefined
    }
  }
  readonly data: Listener & {
    readonly publicUrl: string | undefined
    /** Origins whose web pages may fetch data from a browser. */
    readonly allowOrigins: readonly string[]
    /** Life of an access token, ms. */
    readonly tokenLifetime: number
    /** Directory that `file:` sources must lie in; none means that there are no file sources. */
    readonly files: string | undefined
  }
  readonly database: {
    /** A PostgreSQL server; without it an embedded one runs in `directory`. */
    readonly url: Secret | undefined
    readonly connections: number
  }
  /** Where the embedded database and generated keys live. */
  readonly directory: string
  readonly identity: {
    /** How participants know each other: by static tokens, or by the Decentralized Claims Protocol. */
    readonly mode: 'tokens' | 'dcp'
    readonly participants: readonly KnownParticipant[]
    /** Times are ms. */
    readonly dcp: {
      readonly trustedIssuers: readonly TrustedIssuer[]
      /** Types of credentials that every participant must present. */
      readonly required: readonly string[]
      /** What is asked of everybody, and what everybody may ask of us. */
      readonly scopes: readonly string[]
      readonly policyScopes: readonly PolicyScopes[]
      /** How long a verified presentation counts for further messages; 0: each message has its own. */
      readonly reuse: number
      /** How long DID documents and status lists are kept, and how much longer while they cannot be fetched. */
      readonly didTime: number
      readonly didOutage: number
      readonly statusTime: number
      readonly statusOutage: number
      readonly relationships: 'strict' | 'lenient'
      readonly statusLists: 'strict' | 'lenient'
      readonly schemas: 'check' | 'refuse' | 'ignore'
      /** Hosts whose DID documents are fetched by plain HTTP. */
      readonly plainHttp: readonly string[]
      readonly stsClients: readonly StsClient[]
    }
  }
  readonly keys: {
    /** What the key that encrypts stored keys is derived from. */
    readonly passphrase: Secret | undefined
    /** The content of `keys.secret` in the directory, which stands in for a passphrase; may be there beside one, from before. */
    readonly secret: Secret | undefined
    /** Where new keys for identity tokens and credentials are kept. */
    readonly keeper: 'database' | 'kms' | 'vault'
    /** Of new keys for identity tokens and credentials. */
    readonly algorithm: 'ES256' | 'ES384' | 'PS256' | 'EdDSA'
  }
  /** A key management service that speaks as that of AWS does; with `url`, the keys are there, too. */
  readonly kms: {
    readonly url: string | undefined
    readonly region: string
    readonly accessKey: string | undefined
    readonly secretKey: Secret | undefined
    /** The symmetric key that encrypts stored keys. */
    readonly wrappingKey: string | undefined
  }
  /** A HashiCorp Vault or an OpenBao; with `url`, the token is there, too. */
  readonly vault: { readonly url: string | undefined; readonly token: Secret | undefined; readonly mount: string }
  readonly wallet: {
    /** Whether what a trusted issuer offers is asked for at once, or waits for a person. */
    readonly offers: 'ask' | 'request'
    /** So many ms before their end credentials are asked for anew. */
    readonly renewBefore: number
    /** Whether a query for more than its access token allows is answered with less, or refused. */
    readonly excess: 'leave-out' | 'refuse'
  }
  readonly issuer: {
    readonly definitions: readonly CredentialDefinition[]
    readonly holders: readonly EntitledHolder[]
    /** How long a verifier may rely on a status list, ms. */
    readonly statusValidity: number
    /** How deliveries call the format of a credential. */
    readonly formatNames: 'dcp' | 'edc'
  }
  readonly negotiation: {
    /** What happens to an offer or request that policies neither settle nor forbid: `refuse`, `ask` a person, or `webhook`. */
    readonly counterOffers: 'refuse' | 'ask' | 'webhook'
    readonly webhook: string | undefined
    /** Modules whose default export is a list of deciders, asked before the built-in ones; as `import()` takes them. */
    readonly deciders: readonly string[]
  }
  readonly network: {
    /** Hosts, addresses or CIDR ranges that may be called although loopback or private. */
    readonly allow: readonly string[]
    /** For one request to a peer, ms. */
    readonly timeout: number
  }
  readonly delivery: {
    /** After so many ms of failing delivery the process is terminated. */
    readonly giveUpAfter: number
  }
  /** What need not be kept for ever; ages in ms, counted from the last change of a process, and from the making of an agreement. */
  readonly retention: {
    readonly processes: number | undefined
    readonly agreements: number | undefined
    /** The shortest time for which agreements may be kept. */
    readonly legalMinimum: number
    /** Where deleted things are filed away. */
    readonly archive: string | undefined
    /** The audit of the management API. */
    readonly audit: number | undefined
    /** Former versions of Gaia-X credentials, and what is known of others' labels. */
    readonly credentials: number
    /** Answers to requests with an `Idempotency-Key`. */
    readonly idempotency: number
  }
  /** Catalogues of other participants that are kept here. */
  readonly federation: {
    readonly peers: readonly { readonly id: string; readonly url: string }[]
    readonly participants: 'listed' | 'known'
    /** Between two looks at one catalogue, ms. */
    readonly every: number
    /** Of one participant. */
    readonly mostDatasets: number
  }
  readonly events: {
    /** How long events are kept, ms. */
    readonly keep: number
    /** How long a webhook may fail before it is disabled, ms. */
    readonly webhookPatience: number
  }
  /** What one counterparty, or everybody together, may take up. */
  readonly limits: {
    /** Of each counterparty, in either role. */
    readonly openNegotiations: number
    readonly openTransfers: number
    readonly requestsAtOnce: number
    /** Who may follow the events at once. */
    readonly eventStreams: number
    /** Of each caller of the management API, a second. */
    readonly managementRequests: number
    /** Failed attempts from an address to use it, a minute. */
    readonly managementFailures: number
    /** Of each listener. */
    readonly connections: number
  }
  readonly contexts: { readonly directory: string | undefined }
  /** What we say about ourselves in a Gaia-X ecosystem, and whom we believe there. */
  readonly gaiaX: {
    readonly mode: 'off' | 'on'
    readonly legalName: string | undefined
    readonly description: string | undefined
    readonly legalAddress: GaiaXAddress | undefined
    /** Where it is another than the legal address. */
    readonly headquartersAddress: GaiaXAddress | undefined
    readonly registrationNumbers: readonly GaiaXRegistration[]
    /** Who has accepted Gaia-X's terms and conditions for us, when, and in which version (a SHA-256 digest). */
    readonly consent: { readonly by: string; readonly at: string; readonly version: string } | undefined
    readonly serviceName: string | undefined
    readonly serviceDescription: string | undefined
    readonly serviceTerms: GaiaXDocument | undefined
    /** Those of the service's, where data has none of its own. */
    readonly usageTerms: GaiaXDocument | undefined
    readonly dataPolicy: GaiaXDocument | undefined
    readonly legalDocuments: readonly string[]
    /** Whether datasets are described publicly, at addresses that only those learn who may see them, or not at all. */
    readonly dataProducts: 'listed' | 'unlisted' | 'none'
    /** The private key (PEM) that the certificate is for; without it one is made, for which a certificate is to be asked. */
    readonly key: Secret | undefined
    /** A PEM file: the certificate of the key, each issuer's after it, the root's last. */
    readonly certificates: string | undefined
    /** Of a key that is made. */
    readonly algorithm: 'PS256' | 'ES256'
    /** Of our own credentials, ms. */
    readonly validity: number
    readonly ruleSet: string
    readonly ontology: '25.11'
    /** The IRI of the Gaia-X context and namespace that we write. */
    readonly context: string
    /** Other IRIs that mean the same. */
    readonly contextAliases: readonly string[]
    /** A file with full SHACL shapes, instead of ours. */
    readonly shapes: string | undefined
    /** A PEM file with the root certificates that peers' chains may end in. */
    readonly trustAnchors: string | undefined
    readonly evPolicy: 'demand' | 'ignore'
    /** Whether certificates are looked up in lists of revocations, and what happens where that is not possible. */
    readonly revocation: 'off' | 'soft' | 'hard'
    /** Clearing houses and notaries. */
    readonly trustedIssuers: readonly TrustedIssuer[]
    /** Whether `typ` and `cty` of the drafts of 2024 are taken. */
    readonly olderTypes: 'accept' | 'refuse'
    /** How long what a peer publishes is kept, ms. */
    readonly peerTime: number
    readonly notary: string | undefined
    readonly registry: string | undefined
    readonly compliance: string | undefined
    readonly events: string | undefined
    readonly level: 'standard-compliance' | 'label-level-1' | 'label-level-2' | 'label-level-3'
    /** The catalogue of a federation, and what opens it: a token, or what one is got with. */
    readonly catalogue: {
      readonly url: string | undefined
      readonly token: Secret | undefined
      readonly tokenUrl: string | undefined
      readonly clientId: string | undefined
      readonly clientSecret: Secret | undefined
    }
  }
  readonly log: {
    readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
    readonly format: 'json' | 'pretty'
  }
}
