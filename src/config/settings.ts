import { address, consent, document, iri, iris, registrationNumbers } from './gaiax.ts'
import { policyScopes, stsClients, trustedIssuers } from './identity.ts'
import { definitions, holders } from './issuance.ts'
import { type Kind, list } from './kinds.ts'
import { dictionary } from './mapping.ts'
import { catalogPeers, participants } from './participants.ts'
import { passphrase, postgresUrl, privateKey, token } from './secret.ts'
import {
  duration,
  host,
  hosts,
  issuerUrl,
  modules,
  oneOf,
  origin,
  path,
  port,
  span,
  text,
  webUrl,
  wholeNumber,
} from './values.ts'

/** Stands where a setting has no default and must be given. */
export const required = Symbol('required')

/** Name as in YAML, kind, default as YAML would give it (`null`: none), and a sentence for the manual. */
type Setting = readonly [
  name: string,
  kind: Kind<unknown>,
  standard: string | number | readonly string[] | null | typeof required,
  about: string,
]

/**
 * Everything the connector can be told, row by row. The environment variable's name, the shape of `Config`, the
 * messages about mistakes and the manual's table follow from here.
 */
// biome-ignore format: a table is read by its columns
export const settings = [
  // name                        kind                                     default
  [ 'participant.id',            text,                                    required,
    'The id under which peers know this participant, such as its DID.' ],
  [ 'role',                      oneOf('all', 'control', 'data', 'issuer'), 'all',
    'What this process does: `control` speaks with peers and operators, `data` serves and pushes data, `all` does both; `issuer` only issues credentials.' ],
  [ 'protocol.host',             host,                                    '0.0.0.0',
    'The address on which peers are listened to.' ],
  [ 'protocol.port',             port,                                    8282,
    'The port on which peers are listened to; 0 takes a free one.' ],
  [ 'protocol.publicUrl',        origin,                                  null,
    'The URL under which peers reach the protocol port; without it `http://host:port`.' ],
  [ 'management.host',           host,                                    '127.0.0.1',
    'The address of the management API.' ],
  [ 'management.port',           port,                                    8181,
    'The port of the management API; 0 takes a free one.' ],
  [ 'management.apiKey',         token(16),                               null,
    'The key that opens the management API; without it a random one is kept in `management.key` in the `directory`.' ],
  [ 'management.allowOrigins',   list(origin),                            [],
    'The origins whose web pages may use the management API from a browser (CORS); they still need the key.' ],
  [ 'management.oidc.issuer',    issuerUrl,                               null,
    'An OpenID provider whose access tokens open the management API, too, as it stands in their claim `iss`.' ],
  [ 'management.oidc.audience',  text,                                    null,
    'What stands in the claim `aud` of access tokens that are meant for this connector.' ],
  [ 'management.oidc.roleClaim', text,                                    'roles',
    'The claim that tells roles: a text or a list, by its name or by a path such as `realm_access.roles`.' ],
  [ 'management.oidc.roles',     dictionary(oneOf('read', 'steward', 'operator')), null,
    'What roles of the provider may do here: a mapping from their names to read, steward or operator.' ],
  [ 'data.host',                 host,                                    '0.0.0.0',
    'The address on which data is served.' ],
  [ 'data.port',                 port,                                    8383,
    'The port on which data is served; 0 takes a free one.' ],
  [ 'data.publicUrl',            origin,                                  null,
    'The URL under which consumers reach the data port; without it `http://host:port`.' ],
  [ 'data.allowOrigins',         list(origin),                            [],
    'The origins whose web pages may fetch data from a browser (CORS); they still need the token of a transfer.' ],
  [ 'data.tokenLifetime',        duration('365d'),                        '10m',
    'How long an access token for data is valid before it must be refreshed.' ],
  [ 'data.files',                path,                                    null,
    'The folder that sources of datasets may name files in; without it there are no file sources.' ],
  [ 'database.url',              postgresUrl,                             null,
    'A PostgreSQL server; without it an embedded one runs in the `directory`.' ],
  [ 'database.connections',      wholeNumber(1, 1000),                    16,
    'How many connections to the database are open at most.' ],
  [ 'directory',                 path,                                    'kontor-data',
    'The folder where the embedded database and generated keys live.' ],
  [ 'identity.mode',             oneOf('tokens', 'dcp'),                 'tokens',
    'How participants know each other: by static tokens, or by the Decentralized Claims Protocol; see the guide to identity.' ],
  [ 'identity.participants',     participants,                            [],
    'The participants known by static tokens: the hash of the token each presents to us, and the token we present to it.' ],
  [ 'identity.dcp.trustedIssuers', trustedIssuers,                        [],
    'Whose credentials count, each with the types it is trusted for; an issuer without types is trusted for all.' ],
  [ 'identity.dcp.required',     list(text),                              ['MembershipCredential'],
    'Types of credentials that every participant must present with every message.' ],
  [ 'identity.dcp.scopes',       list(text),                              ['org.eclipse.dspace.dcp.vc.type:MembershipCredential:read'],
    'The scopes that every participant is asked for, and that every participant may ask us for.' ],
  [ 'identity.dcp.policyScopes', policyScopes,                            [],
    'The scopes that a left operand in a policy asks for, where they are others than the operand’s own credentials; any of its names will do.' ],
  [ 'identity.dcp.reuse',        span('1d'),                              '5m',
    'How long a verified presentation counts for further messages of the same participant; 0s asks for it with each message.' ],
  [ 'identity.dcp.didTime',      duration('1d'),                          '5m',
    'How long DID documents of others are kept.' ],
  [ 'identity.dcp.didOutage',    span('7d'),                              '1h',
    'How much longer a DID document counts while its host cannot be reached.' ],
  [ 'identity.dcp.relationships', oneOf('strict', 'lenient'),             'strict',
    'Whether a DID document must name a key for the use that is made of it, or may leave its keys without any uses at all.' ],
  [ 'identity.dcp.statusTime',   duration('1d'),                          '5m',
    'How long status lists are kept: so long may it take until a revocation bites.' ],
  [ 'identity.dcp.statusOutage', span('7d'),                              '15m',
    'How much longer a status list counts while its host cannot be reached.' ],
  [ 'identity.dcp.statusLists',  oneOf('strict', 'lenient'),              'strict',
    'Whether status lists must be signed and have 131,072 entries, or may be unsigned and shorter.' ],
  [ 'identity.dcp.schemas',      oneOf('check', 'refuse', 'ignore'),      'check',
    'What happens to credentials that name a schema: they are checked against it, refused, or taken without a look at it.' ],
  [ 'identity.dcp.plainHttp',    hosts,                                   [],
    'Hosts whose DID documents are fetched by plain HTTP: for labs and conformance kits.' ],
  [ 'identity.dcp.stsClients',   stsClients,                              [],
    'The programs for which the management port makes ID tokens (`POST /sts/token`), each with the hash of its secret.' ],
  [ 'keys.passphrase',           passphrase,                              null,
    'What the key that encrypts stored keys is derived from; without it a random one is kept in `keys.secret` in the `directory`.' ],
  [ 'keys.keeper',               oneOf('database', 'kms', 'vault'),       'database',
    'Where new keys for identity tokens and credentials are kept: encrypted in the database, in a KMS, or in a vault.' ],
  [ 'keys.algorithm',            oneOf('ES256', 'ES384', 'PS256', 'EdDSA'), 'ES256',
    'The algorithm of new keys for identity tokens and credentials.' ],
  [ 'kms.url',                   webUrl,                                  null,
    'A KMS that speaks as that of AWS does. It may be called wherever it is; peers cannot make us call it.' ],
  [ 'kms.region',                text,                                    'us-east-1',
    'The region of the KMS.' ],
  [ 'kms.accessKey',             text,                                    null,
    'The id of the access key by which the KMS knows us.' ],
  [ 'kms.secretKey',             token(8),                                null,
    'The secret of that access key.' ],
  [ 'kms.wrappingKey',           text,                                    null,
    'The symmetric key of the KMS that encrypts stored keys, in place of a passphrase.' ],
  [ 'vault.url',                 webUrl,                                  null,
    'A HashiCorp Vault or an OpenBao. It may be called wherever it is; peers cannot make us call it.' ],
  [ 'vault.token',               token(4),                                null,
    'The token that opens its transit engine.' ],
  [ 'vault.mount',               text,                                    'transit',
    'The path at which the transit engine is mounted.' ],
  [ 'wallet.offers',             oneOf('ask', 'request'),                 'ask',
    'What happens when a trusted issuer offers credentials: a person is asked, or they are requested at once.' ],
  [ 'wallet.renewBefore',        duration('365d'),                        '7d',
    'How long before their end credentials are asked for anew, though never in the first half of their life.' ],
  [ 'wallet.excess',             oneOf('leave-out', 'refuse'),            'leave-out',
    'What happens to a query for more than its access token allows: the rest is left out, as DCP 1.0 demands, or it is refused, as the conformance kit 1.0.0-RC6 does.' ],
  [ 'issuer.definitions',        definitions,                             [],
    'The credentials that this connector issues to others; see the guide to credentials. Without any it is no issuer.' ],
  [ 'issuer.holders',            holders,                                 [],
    'The participants who are entitled to credentials, and what is attested about them.' ],
  [ 'issuer.statusValidity',     duration('7d'),                          '15m',
    'How long verifiers may rely on a status list they have fetched: so long may it take until a revocation is noticed.' ],
  [ 'issuer.formatNames',        oneOf('dcp', 'edc'),                     'dcp',
    'How deliveries call the format of a credential: by its profile, or as Eclipse EDC and the conformance kit do.' ],
  [ 'negotiation.counterOffers', oneOf('refuse', 'ask', 'webhook'),       'ask',
    'What happens to offers and requests that policies neither settle nor forbid: refuse, ask a person, or ask the webhook.' ],
  [ 'negotiation.webhook',       webUrl,                                  null,
    'Where counter-offers are decided when `negotiation.counterOffers` is `webhook`.' ],
  [ 'negotiation.deciders',      modules,                                 [],
    'Modules whose default export is a list of deciders, asked before the built-in ones.' ],
  [ 'network.allow',             hosts,                                   [],
    'Whom the connector may call although the address is loopback or private.' ],
  [ 'network.timeout',           duration('1h'),                          '10s',
    'How long one request to a peer may take.' ],
  [ 'delivery.giveUpAfter',      duration('365d'),                        '24h',
    'How long delivery of a message is tried before its process is terminated.' ],
  [ 'limits.openNegotiations',   wholeNumber(1, 1_000_000),               1_000,
    'How many negotiations a participant may have open with us, in either role; more are refused until some have ended.' ],
  [ 'limits.openTransfers',      wholeNumber(1, 1_000_000),               10_000,
    'How many transfers a participant may have open with us, in either role; more are refused until some have ended.' ],
  [ 'limits.requestsAtOnce',     wholeNumber(1, 10_000),                  12,
    'How many requests of one participant are worked on at once, eight times as many may wait, and more are refused; fewer than `database.connections`, so that some are left for others.' ],
  [ 'limits.eventStreams',       wholeNumber(0, 10_000),                  100,
    'How many may follow the stream of events at once, in each process.' ],
  [ 'limits.managementRequests', wholeNumber(1, 1_000_000),               2_000,
    'How many requests a second each key or person may send to the management API, of a process; as many may come at once, more are refused.' ],
  [ 'limits.managementFailures', wholeNumber(1, 1_000_000),               30,
    'How many attempts a minute to use the management API may fail from one address, before nothing is looked at for a while but what was let in from there.' ],
  [ 'limits.connections',        wholeNumber(1, 100_000),                 4_096,
    'How many connections each of the three ports takes at once; more are closed.' ],
  [ 'events.keep',               duration('36500d'),                      '7d',
    'How long events are kept for those who come late; journals are kept by `retention.processes`.' ],
  [ 'events.webhookPatience',    duration('365d'),                        '5d',
    'How long a webhook may fail to take anything before it is disabled; shorter than `events.keep`, or events are gone before.' ],
  [ 'contexts.directory',        path,                                    null,
    'A folder with more JSON-LD contexts; none is ever fetched.' ],
  [ 'gaiaX.mode',                oneOf('off', 'on'),                      'off',
    'Whether this connector describes itself in a Gaia-X ecosystem; see the guide to Gaia-X.' ],
  [ 'gaiaX.legalName',           text,                                    null,
    'The name of the legal person.' ],
  [ 'gaiaX.description',         text,                                    null,
    'A sentence about it.' ],
  [ 'gaiaX.legalAddress',        address,                                 null,
    'The address under which it is registered.' ],
  [ 'gaiaX.headquartersAddress', address,                                 null,
    'The address of its headquarters, where that is another one.' ],
  [ 'gaiaX.registrationNumbers', registrationNumbers,                     [],
    'The numbers under which it is registered.' ],
  [ 'gaiaX.consent',             consent,                                 null,
    'Who has accepted the terms and conditions of Gaia-X for it, when, and which version, by its digest; without it nothing is signed that says so.' ],
  [ 'gaiaX.serviceName',         text,                                    null,
    'The name of the service that this connector is; without it, the legal name and “data space connector”.' ],
  [ 'gaiaX.serviceDescription',  text,                                    null,
    'A sentence about the service.' ],
  [ 'gaiaX.serviceTerms',        document,                                null,
    'The terms and conditions of the service.' ],
  [ 'gaiaX.usageTerms',          document,                                null,
    'The terms and conditions for the use of data; without them, those of the service.' ],
  [ 'gaiaX.dataPolicy',          document,                                null,
    'The policy on data that arises from use; without it, the terms and conditions of the service.' ],
  [ 'gaiaX.legalDocuments',      list(webUrl),                            [],
    'Further legal documents; without any, the terms and conditions of the service are the one.' ],
  [ 'gaiaX.dataProducts',        oneOf('listed', 'unlisted', 'none'),     'unlisted',
    'Whether published datasets are described in the public self-description, only at addresses that the catalogue tells those who may see them, or not at all.' ],
  [ 'gaiaX.key',                 privateKey,                              null,
    'The private key of the certificate, in PEM; without it the key for `gaia-x` that `kontor keys` shows.' ],
  [ 'gaiaX.certificates',        path,                                    null,
    'A PEM file with the certificate of the key, then that of each issuer, the root last.' ],
  [ 'gaiaX.algorithm',           oneOf('PS256', 'ES256'),                 'PS256',
    'The algorithm of a key that is made.' ],
  [ 'gaiaX.validity',            duration('3650d'),                       '365d',
    'How long our own credentials are valid; they are renewed at two thirds of that.' ],
  [ 'gaiaX.ruleSet',             text,                                    'CD25.10',
    'The rules by which compliance is judged.' ],
  [ 'gaiaX.ontology',            oneOf('25.11'),                          '25.11',
    'The version of the ontology, by whose built-in shapes credentials are judged.' ],
  [ 'gaiaX.context',             iri,                                     'https://w3id.org/gaia-x/development#',
    'The context and namespace that our credentials are written in.' ],
  [ 'gaiaX.contextAliases',      iris,                                    ['https://w3id.org/gaia-x/2511#'],
    'Other contexts and namespaces that mean the same.' ],
  [ 'gaiaX.shapes',              path,                                    null,
    'A Turtle file with full SHACL shapes, instead of the built-in ones.' ],
  [ 'gaiaX.trustAnchors',        path,                                    null,
    'A PEM file with the root certificates in which the chains of others may end.' ],
  [ 'gaiaX.evPolicy',            oneOf('demand', 'ignore'),               'demand',
    'Whether certificates of others must be of extended validation.' ],
  [ 'gaiaX.revocation',          oneOf('off', 'soft', 'hard'),            'soft',
    'Whether certificates of others are looked up in the lists of revocations that their authorities publish: not at all; where that is possible (`soft`); or also refused where it is not (`hard`).' ],
  [ 'gaiaX.trustedIssuers',      trustedIssuers,                          [],
    'The clearing houses and notaries whose word counts, each with the types it is trusted for.' ],
  [ 'gaiaX.olderTypes',          oneOf('accept', 'refuse'),               'refuse',
    'What happens to credentials whose header has the media types of the drafts of 2024.' ],
  [ 'gaiaX.peerTime',            span('1d'),                              '5m',
    'How long what others publish about themselves is kept.' ],
  [ 'gaiaX.notary',              webUrl,                                  null,
    'The notary that attests registration numbers, without `/v2`. What it and the next three are may be called wherever they are.' ],
  [ 'gaiaX.registry',            webUrl,                                  null,
    'The registry that knows trust anchors.' ],
  [ 'gaiaX.compliance',          webUrl,                                  null,
    'The compliance service that issues labels; without it none is asked for.' ],
  [ 'gaiaX.events',              webUrl,                                  null,
    'The credentials event service where labels are published; without it they are not.' ],
  [ 'gaiaX.level',               oneOf('standard-compliance', 'label-level-1', 'label-level-2', 'label-level-3'), 'standard-compliance',
    'The label that is asked for.' ],
  [ 'gaiaX.catalogue.url',       webUrl,                                  null,
    'The Federated Catalogue where what we say of ourselves is published, without `/assets`; without it nowhere. It may be called wherever it is.' ],
  [ 'gaiaX.catalogue.token',     token(8),                                null,
    'The bearer token that opens it; or let one be got as the next three say.' ],
  [ 'gaiaX.catalogue.tokenUrl',  webUrl,                                  null,
    'Where an OpenID provider gives tokens for it to clients (the grant `client_credentials`).' ],
  [ 'gaiaX.catalogue.clientId',  text,                                    null,
    'The client that this connector is there.' ],
  [ 'gaiaX.catalogue.clientSecret', token(1),                             null,
    'The secret of that client.' ],
  [ 'retention.processes',       duration('36500d'),                      null,
    'How long negotiations and transfers that have ended are kept with their journals; without it for ever.' ],
  [ 'retention.agreements',      duration('36500d'),                      null,
    'How long agreements are kept after they were made, and longer while data flows under them; without it for ever.' ],
  [ 'retention.legalMinimum',    duration('36500d'),                      '3653d',
    'The shortest time for which the law lets you keep agreements; `retention.agreements` may not be shorter.' ],
  [ 'retention.archive',         path,                                    null,
    'A folder where what is deleted is filed away before, as NDJSON; without it, it is gone.' ],
  [ 'retention.audit',           duration('36500d'),                      null,
    'How long it is kept who has changed what by way of the management API (SecNumCloud asks for six months at least); without it for ever.' ],
  [ 'retention.credentials',     duration('36500d'),                      '365d',
    'How long former versions of Gaia-X credentials are kept, and what was found out about the labels of participants that have not been heard of since.' ],
  [ 'retention.idempotency',     duration('30d'),                         '24h',
    'How long a request with an `Idempotency-Key` that comes again is answered as before, and not done again.' ],
  [ 'federation.peers',          catalogPeers,                            [],
    'The participants whose catalogues are kept here, to be searched together: each with `id` and `url`, its protocol URL or only the root of it.' ],
  [ 'federation.participants',   oneOf('listed', 'known'),                'listed',
    'Whose catalogues are kept: those of `federation.peers` alone, or also of everybody of whom we have asked something as a consumer.' ],
  [ 'federation.every',          duration('30d'),                         '1h',
    'How often each catalogue is looked at; what has not changed costs little.' ],
  [ 'federation.mostDatasets',   wholeNumber(1, 100_000),                 10_000,
    'How many datasets of one participant are kept; of a larger catalogue the rest is left out, and it is shown as stale.' ],
  [ 'log.level',                 oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'), 'info',
    'The least severe lines that are logged.' ],
  [ 'log.format',                oneOf('json', 'pretty'),                 'json',
    'One JSON object a line for machines, or coloured text for people.' ],
] as const satisfies readonly Setting[]

/** The names of all settings, as the file nests them with dots. */
export const names: readonly string[] = settings.map(([name]) => name)

/** What may stand before a dot: `protocol`, `management`, `identity`, `identity.dcp`, … */
export const groups: readonly string[] = [
  ...new Set(names.flatMap(name => [...name.matchAll(/\./g)].map(({ index }) => name.slice(0, index)))),
]

/** The environment variable of a setting: `protocol.port` is `KONTOR_PROTOCOL_PORT`. */
export const variableOf = (name: string): string => `KONTOR_${name.replaceAll('.', '_').toUpperCase()}`

/** Variables that begin like settings and are none: where the file is, whom commands ask, what tests tell each other. */
export const otherVariables = /^KONTOR_(CONFIG$|URL$|KEY$|PROFILE$|PROFILES$|TEST_)/

/** The type of a row's value: `undefined` too when nothing need be given. */
type Value<S> = S extends readonly [string, Kind<infer T>, infer Standard, string]
  ? Standard extends null
    ? T | undefined
    : T
  : never

type Flat = { readonly [S in (typeof settings)[number] as S[0]]: Value<S> }

/** Dotted names, as YAML nests them. */
type Nested<F> = {
  readonly [Head in keyof F as Head extends `${infer Group}.${string}` ? Group : Head]: Head extends keyof F
    ? Head extends `${infer Group}.${string}`
      ? Nested<{ readonly [Name in keyof F as Name extends `${Group}.${infer Rest}` ? Rest : never]: F[Name] }>
      : F[Head]
    : never
}

/** What has been loaded, in the shape of `Config`; only what stands in for absent secrets is still to be found or made. */
export type Loaded = Nested<Flat>

/** Puts the value of every setting in its place. The type follows the table above, which is why it may be asserted. */
export function assemble(values: ReadonlyMap<string, unknown>): Loaded {
  const within = (prefix: string): object => {
    const words = names.filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length).split('.'))
    return Object.fromEntries(
      words.map(([word = '', ...more]) => {
        const name = prefix + word
        return [word, more.length === 0 ? values.get(name) : within(`${name}.`)]
      }),
    )
  }
  return within('') as Loaded
}
