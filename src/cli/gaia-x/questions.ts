import { hostOf } from '../../gaiax/index.ts'
import { KEPT, MADE, type readers } from './readers.ts'

/** What is there already, by the names of settings. */
export type Known = ReadonlyMap<string, unknown>

/** Answers by the names of questions, as they are meant. */
export type Answers = Readonly<Record<string, string | undefined>>

/** Something that is asked. */
export interface Question {
  readonly name: string
  /** Whether it can be left without an answer. */
  readonly need: 'must' | 'may'
  readonly kind: keyof typeof readers
  /** For people who are asked. */
  readonly text: string
  /** For people who look for the option. */
  readonly about: string
}

/** The questions, in the order in which they are asked. */
// biome-ignore format: a table is read by its columns
const rows = [
  // name                 need    kind            question                                                                       of the option
  [ 'did',                'must', 'didWeb',       'Under which DID (did:web:…) do others know you?',                             'the DID of the participant' ],
  [ 'publicUrl',          'must', 'origin',       'Under which URL do others reach the connector?',                              'the URL under which others reach the connector' ],
  [ 'membershipIssuer',   'must', 'issuer',       'Which authority (its DID) issues the membership credentials that every participant must present? Answer none if anybody with a DID may ask.',
    'the DID of the authority whose membership credentials are demanded, or none' ],
  [ 'legalName',          'must', 'line',         'What is the name of the legal person, as it is registered?',                  'the name of the legal person' ],
  [ 'description',        'may',  'line',         'A sentence about it?',                                                        'a sentence about it' ],
  [ 'country',            'must', 'country',      'In which country is it registered (two letters, such as FR)?',                'the country where it is registered' ],
  [ 'region',             'may',  'line',         'In which region or state?',                                                   'the region there' ],
  [ 'locality',           'must', 'line',         'In which town?',                                                              'the town' ],
  [ 'postalCode',         'must', 'line',         'With which postal code?',                                                     'the postal code' ],
  [ 'street',             'may',  'line',         'In which street, and at which number?',                                       'street and number' ],
  [ 'sameHeadquarters',   'must', 'yesOrNo',      'Are its headquarters at that address (yes/no)?',                              'whether the headquarters are at that address: yes or no' ],
  [ 'headquartersCountry',    'must', 'country',  'In which country are its headquarters (two letters)?',                        'the country of the headquarters' ],
  [ 'headquartersRegion',     'may',  'line',     'In which region or state?',                                                   'their region' ],
  [ 'headquartersLocality',   'must', 'line',     'In which town?',                                                              'their town' ],
  [ 'headquartersPostalCode', 'must', 'line',     'With which postal code?',                                                     'their postal code' ],
  [ 'headquartersStreet',     'may',  'line',     'In which street, and at which number?',                                       'their street and number' ],
  [ 'serviceName',        'may',  'line',         'What is the service called that this connector is?',                          'the name of the service' ],
  [ 'termsUrl',           'must', 'url',          'Where are the terms and conditions of your service (URL)?',                   'the URL of the terms and conditions of your service' ],
  [ 'termsSha256',        'must', 'digest',       'Which SHA-256 digest has that document? A file that holds it will do, too.',  'its SHA-256 digest, or a file that holds it' ],
  [ 'key',                'must', 'key',          'Which file has the private key that signs (PEM)? Answer made to have the connector make one, in its database, KMS or vault.',
    'the file of the private key (PEM), or made: the connector makes one' ],
  [ 'algorithm',          'must', 'algorithm',    'By which algorithm shall it sign: PS256 (RSA) or ES256 (P-256)?',             'the algorithm of a key that is made: PS256 or ES256' ],
  [ 'certificates',       'may',  'certificates', 'Which file has the certificate of the key, and those above it up to the root (PEM)?', 'the file with the certificate of the key and those above it' ],
  [ 'trustAnchors',       'may',  'anchors',      'Which file has the root certificates that others’ may end in (PEM)?',         'the file with the roots in which certificates of others may end' ],
  [ 'notary',             'may',  'url',          'Clearing house: which notary attests your registration numbers (URL without /v2)?', 'the notary' ],
  [ 'registry',           'may',  'url',          'Which registry tells who is trusted (URL without /v2)?',                      'the registry' ],
  [ 'compliance',         'may',  'url',          'Which compliance service gives you a label (URL without /v2)?',               'the compliance service' ],
  [ 'events',             'may',  'url',          'Which event service makes labels known (URL without /v2)?',                   'the credentials event service' ],
  [ 'notaryDid',          'must', 'did',          'Under which DID does the notary sign?',                                       'the DID of the notary, where no registry tells it' ],
  [ 'complianceDid',      'must', 'did',          'Under which DID does the compliance service sign?',                           'the DID of the compliance service, where no registry tells it' ],
  [ 'level',              'must', 'level',        'Which label do you want: standard-compliance, label-level-1, -2 or -3?',      'the label that is wanted' ],
] as const

export type Name = (typeof rows)[number][0]

/** All of them but the registration numbers and the consent, which are asked in their own way. */
export const questions: readonly (Question & { readonly name: Name })[] = rows.map(
  ([name, need, kind, text, about]) => ({ name, need, kind, text, about }),
)

/** How an answer is given as an option. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** Which questions matter only after certain answers. */
// biome-ignore format: a table is read by its columns
const conditions: Readonly<Partial<Record<Name, (answers: Answers, known: Known) => boolean>>> = {
  membershipIssuer:       (_, known) => !isDemanding(known),
  headquartersCountry:    ({ sameHeadquarters }) => sameHeadquarters === 'no',
  headquartersRegion:     ({ sameHeadquarters }) => sameHeadquarters === 'no',
  headquartersLocality:   ({ sameHeadquarters }) => sameHeadquarters === 'no',
  headquartersPostalCode: ({ sameHeadquarters }) => sameHeadquarters === 'no',
  headquartersStreet:     ({ sameHeadquarters }) => sameHeadquarters === 'no',
  algorithm:              ({ key }) => key === MADE,
  compliance:             ({ notary }) => notary !== undefined,
  registry:               ({ notary }) => notary !== undefined,
  events:                 ({ compliance }) => compliance !== undefined,
  level:                  ({ compliance }) => compliance !== undefined,
  notaryDid:              ({ notary, registry }, known) => notary !== undefined && registry === undefined && !hasIssuers(known),
  complianceDid:          ({ compliance, registry }, known) => compliance !== undefined && registry === undefined && !hasIssuers(known),
}

/** Whether it is settled already whose credentials others must present, or that they need none. */
const isDemanding = (known: Known): boolean =>
  known.get('identity.mode') === 'dcp' &&
  (known.has('identity.dcp.trustedIssuers') || isEmptyList(known.get('identity.dcp.required')))

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const hasIssuers = (known: Known): boolean => known.has('gaiaX.trustedIssuers')

/** Whether a question matters. */
export const matters = (name: Name, answers: Answers, known: Known): boolean =>
  conditions[name]?.(answers, known) ?? true

/** Where the answer that is offered stands in the settings. */
// biome-ignore format: a table is read by its columns
const places: Readonly<Partial<Record<Name, readonly [setting: string, ...inside: string[]]>>> = {
  did:                    [ 'participant.id' ],
  publicUrl:              [ 'protocol.publicUrl' ],
  legalName:              [ 'gaiaX.legalName' ],
  description:            [ 'gaiaX.description' ],
  country:                [ 'gaiaX.legalAddress', 'countryCode' ],
  region:                 [ 'gaiaX.legalAddress', 'region' ],
  locality:               [ 'gaiaX.legalAddress', 'locality' ],
  postalCode:             [ 'gaiaX.legalAddress', 'postalCode' ],
  street:                 [ 'gaiaX.legalAddress', 'streetAddress' ],
  headquartersCountry:    [ 'gaiaX.headquartersAddress', 'countryCode' ],
  headquartersRegion:     [ 'gaiaX.headquartersAddress', 'region' ],
  headquartersLocality:   [ 'gaiaX.headquartersAddress', 'locality' ],
  headquartersPostalCode: [ 'gaiaX.headquartersAddress', 'postalCode' ],
  headquartersStreet:     [ 'gaiaX.headquartersAddress', 'streetAddress' ],
  serviceName:            [ 'gaiaX.serviceName' ],
  termsUrl:               [ 'gaiaX.serviceTerms', 'url' ],
  termsSha256:            [ 'gaiaX.serviceTerms', 'sha256' ],
  key:                    [ 'gaiaX.key', 'file' ],
  algorithm:              [ 'gaiaX.algorithm' ],
  certificates:           [ 'gaiaX.certificates' ],
  trustAnchors:           [ 'gaiaX.trustAnchors' ],
  notary:                 [ 'gaiaX.notary' ],
  registry:               [ 'gaiaX.registry' ],
  compliance:             [ 'gaiaX.compliance' ],
  events:                 [ 'gaiaX.events' ],
  level:                  [ 'gaiaX.level' ],
}

/** What most would answer, where the settings have nothing. */
// biome-ignore format: a table is read by its columns
const usual: Readonly<Partial<Record<Name, (answers: Answers, known: Known) => string | undefined>>> = {
  publicUrl:     ({ did }) => did && `https://${hostOf(did)}`,
  sameHeadquarters: ({ headquartersCountry }, known) => known.has('gaiaX.headquartersAddress') || headquartersCountry ? 'no' : 'yes',
  key:           (_, known) => known.has('gaiaX.key') ? KEPT : known.get('gaiaX.mode') === 'on' ? MADE : undefined,
  algorithm:     () => 'PS256',
  level:         () => 'standard-compliance',
}

/** The answer that is offered: what the settings have, or what most would say. */
export function offered(name: Name, answers: Answers, known: Known): string | undefined {
  const [setting, ...inside] = places[name] ?? []
  const found = setting === undefined ? undefined : inside.reduce<unknown>(memberOf, known.get(setting))
  return typeof found === 'string' && found !== '' ? found : usual[name]?.(answers, known)
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([each]) => each === name)?.[1] : undefined
