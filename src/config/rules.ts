import type { Fault } from '../errors.ts'
import { mistake } from './mistakes.ts'
import type { Loaded } from './settings.ts'

/** What no setting can say alone: the setting to blame, when the rule is broken, and how to mend it. */
type Rule = readonly [name: string, broken: (config: Loaded) => boolean, problem: string]

const repeats = (values: readonly string[]): boolean => new Set(values).size < values.length

/** Roles of which several processes make one connector. */
const isShared = (role: Loaded['role']): boolean => role === 'control' || role === 'data'

// biome-ignore format: a table is read by its columns
const rules: readonly Rule[] = [
  [ 'keys.passphrase',
    ({ role, keys, kms }) => isShared(role) && keys.passphrase === undefined && kms.wrappingKey === undefined,
    'is missing; it, or kms.wrappingKey, must be set when role is control or data, as all processes open the same keys' ],
  [ 'kms.url',
    ({ keys, kms }) => (keys.keeper === 'kms' || kms.wrappingKey !== undefined) && kms.url === undefined,
    'is missing; it must be set when keys.keeper is kms, or kms.wrappingKey is set' ],
  [ 'kms.accessKey',
    ({ kms }) => kms.url !== undefined && (kms.accessKey === undefined || kms.secretKey === undefined),
    'is missing, or kms.secretKey is; both must be set when kms.url is' ],
  [ 'keys.algorithm',
    ({ keys }) => keys.keeper === 'kms' && keys.algorithm === 'EdDSA',
    'is EdDSA, for which a KMS has no keys; choose ES256, ES384 or PS256, or another keys.keeper' ],
  [ 'vault.url',
    ({ keys, vault }) => keys.keeper === 'vault' && vault.url === undefined,
    'is missing; it must be set when keys.keeper is vault' ],
  [ 'vault.token',
    ({ vault }) => vault.url !== undefined && vault.token === undefined,
    'is missing; it must be set when vault.url is' ],
  [ 'database.url',
    ({ role, database }) => isShared(role) && database.url === undefined,
    'is missing; it must be set when role is control or data, as all processes share one database server' ],
  [ 'management.apiKey',
    ({ role, management }) => role === 'control' && management.apiKey === undefined,
    'is missing; it must be set when role is control, so that all processes know the same key' ],
  [ 'data.publicUrl',
    ({ role, data }) => role === 'control' && data.publicUrl === undefined,
    'is missing; it must be set when role is control, since the data is served by other processes' ],
  [ 'issuer.definitions',
    ({ role, issuer }) => role === 'issuer' && issuer.definitions.length === 0,
    'is missing; it must be set when role is issuer, which does nothing else than issue credentials' ],
  [ 'identity.mode',
    ({ issuer, identity }) => issuer.definitions.length > 0 && identity.mode !== 'dcp',
    'is tokens; it must be dcp when issuer.definitions is set, since holders and verifiers know an issuer by its DID' ],
  [ 'issuer.definitions',
    ({ issuer }) => repeats(issuer.definitions.map(({ id }) => id)),
    'has two entries with the same id; each definition must have an id of its own' ],
  [ 'issuer.holders',
    ({ issuer }) => repeats(issuer.holders.map(({ id }) => id)),
    'has two entries with the same id; each holder must have one entry' ],
  [ 'issuer.holders',
    ({ issuer }) => issuer.holders.some(({ credentials = [] }) =>
      credentials.some(id => !issuer.definitions.some(definition => definition.id === id))),
    'entitles somebody to a credential that issuer.definitions does not have; credentials must be ids of definitions' ],
  [ 'negotiation.webhook',
    ({ negotiation }) => negotiation.counterOffers === 'webhook' && negotiation.webhook === undefined,
    'is missing; it must be set when negotiation.counterOffers is webhook' ],
  [ 'retention.agreements',
    ({ retention: { agreements, legalMinimum } }) => agreements !== undefined && agreements < legalMinimum,
    'is shorter than retention.legalMinimum, the time for which they must be kept' ],
  [ 'retention.agreements',
    ({ retention: { agreements, processes } }) =>
      agreements !== undefined && (processes === undefined || agreements < processes),
    'is shorter than retention.processes; negotiations may not be kept longer than the agreements they led to' ],
  [ 'identity.participants',
    ({ identity }) => repeats(identity.participants.map(({ id }) => id)),
    'has two entries with the same id; each participant must have one entry' ],
  [ 'identity.participants',
    ({ identity }) => repeats(identity.participants.map(({ accepts }) => accepts)),
    'has two entries that accept the same token; who presents it must be one participant' ],
  [ 'participant.id',
    ({ participant, identity }) => identity.mode === 'dcp' && !/^did:web:/.test(participant.id),
    'is no did:web DID; it must be one when identity.mode is dcp, since this connector serves its document' ],
  [ 'identity.dcp.trustedIssuers',
    ({ role, identity: { mode, dcp } }) =>
      role !== 'issuer' && mode === 'dcp' && dcp.required.length > 0 && dcp.trustedIssuers.length === 0,
    'is missing; without a trusted issuer nobody can present what identity.dcp.required demands' ],
  [ 'identity.dcp.scopes',
    ({ role, identity: { mode, dcp } }) =>
      role !== 'issuer' && mode === 'dcp' && dcp.required.length > 0 && dcp.scopes.length === 0,
    'is empty; where nothing is asked for nobody is held to what identity.dcp.required demands' ],
  [ 'identity.mode',
    ({ gaiaX, identity }) => gaiaX.mode === 'on' && identity.mode !== 'dcp',
    'is tokens; it must be dcp when gaiaX.mode is on, since credentials are verified by our DID document' ],
  [ 'gaiaX.legalName',
    ({ gaiaX }) => gaiaX.mode === 'on' && gaiaX.legalName === undefined,
    'is missing; it must be set when gaiaX.mode is on' ],
  [ 'gaiaX.legalAddress',
    ({ gaiaX }) => gaiaX.mode === 'on' && gaiaX.legalAddress === undefined,
    'is missing; it must be set when gaiaX.mode is on' ],
  [ 'gaiaX.registrationNumbers',
    ({ gaiaX }) => gaiaX.mode === 'on' && gaiaX.registrationNumbers.length === 0,
    'is missing; at least one must be set when gaiaX.mode is on' ],
  [ 'gaiaX.registrationNumbers',
    ({ gaiaX }) => repeats(gaiaX.registrationNumbers.map(({ kind }) => kind)),
    'has two entries of the same kind; each kind must have one' ],
  [ 'gaiaX.registrationNumbers',
    ({ gaiaX }) => gaiaX.registrationNumbers.some(({ kind, countryCode }) => kind === 'country-company-number' && countryCode === undefined),
    'has a country-company-number without its countryCode; it must be set' ],
  [ 'gaiaX.consent',
    ({ gaiaX }) => gaiaX.mode === 'on' && gaiaX.compliance !== undefined && gaiaX.consent === undefined,
    'is missing; it must be set when gaiaX.compliance is: no label without the terms and conditions' ],
  [ 'gaiaX.notary',
    ({ gaiaX }) => gaiaX.mode === 'on' && gaiaX.compliance !== undefined && gaiaX.notary === undefined,
    'is missing; it must be set when gaiaX.compliance is: no label without an attested registration number' ],
  [ 'gaiaX.certificates',
    ({ gaiaX }) => gaiaX.mode === 'on' && gaiaX.certificates === undefined,
    'is missing; it must be set when gaiaX.mode is on: `kontor gaia-x csr` makes the request for one' ],
  [ 'identity.dcp.stsClients',
    ({ identity }) => repeats(identity.dcp.stsClients.map(({ id }) => id)),
    'has two entries with the same id; each client must have one entry' ],
]

/** The rules between settings that a configuration breaks. */
export const brokenRules = (config: Loaded): readonly Fault[] =>
  rules.filter(([, broken]) => broken(config)).map(([name, , problem]) => mistake(name, undefined, problem))
