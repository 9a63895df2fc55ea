import { readValue, type ValueType } from '../readers.ts'
import type { Facts } from '../types.ts'
import { literalsOf } from '../values.ts'
import { EDC } from '../vocabulary.ts'
import { claimsAt, credentialsOf, credentialType, pathOf } from './claims.ts'
import { always, type Found, type LeftOperand, unknown, type Wanted, type Words } from './operand.ts'

/** Where a claim stands: the type of credential, and the path in its subject. */
export type Place = readonly [type: string, path: string]

/** A left operand that is a claim in a verified credential; the first place in which there is one counts. */
export function claim(row: {
  iri: string
  aliases: readonly string[]
  label: Words
  type: ValueType
  places: readonly Place[]
}): LeftOperand {
  const { places, ...rest } = row
  const ways = places.map(([type, path]) => ({ type, path: pathOf(path), written: path }))
  return {
    ...rest,
    source: 'credential',
    stages: always,
    credentialTypes: places.map(([type]) => type),
    find(facts, wanted) {
      const found = ways.map(({ type, path }) => read(type, path, facts, wanted)).find(each => each !== undefined)
      return found ?? missing(ways, facts)
    },
  }
}

function read(type: string, path: readonly string[], facts: Facts, wanted: Wanted): Found | undefined {
  const given = credentialsOf(type, facts).flatMap(({ subject }) => claimsAt(subject, path))
  if (given.length === 0) return undefined
  const literals = literalsOf(given)
  const values = literals?.map(literal => readValue(wanted.type, literal)).filter(value => value !== undefined)
  return values !== undefined && values.length === literals?.length ? { values } : unknown('unreadable-value')
}

function missing(ways: readonly { type: string; written: string }[], facts: Facts): Found {
  const held = ways.find(({ type }) => credentialsOf(type, facts).length > 0)
  if (held) return unknown('no-claim', `${held.type}.${held.written}`)
  return unknown('no-credential', ways[0]?.type)
}

/** A left operand that asks whether there is a valid credential of a type: then it is `active`, otherwise nothing. */
function holding(row: { iri: string; aliases: readonly string[]; label: Words; type: string }): LeftOperand {
  const { type, ...rest } = row
  return {
    ...rest,
    type: 'text',
    source: 'credential',
    stages: always,
    credentialTypes: [type],
    find: facts =>
      credentialsOf(type, facts).length > 0
        ? { values: [{ text: 'active' }] }
        : { values: [], why: { code: 'no-credential', about: type } },
  }
}

/** The words of Catena-X's policies (CX-0018) and of the EDC's Minimum Viable Dataspace. */
const CX = 'https://w3id.org/catenax/policy/'
const dressed = (...terms: readonly string[]): readonly string[] =>
  terms.flatMap(term => [term, EDC + term, `edc:${term}`, CX + term, `cx-policy:${term}`])

/** Left operands that credentials common in data spaces answer. */
export const credentials: readonly LeftOperand[] = [
  holding({
    iri: 'urn:kontor:membership',
    aliases: ['kontor:membership', ...dressed('Membership', 'MembershipCredential')],
    label: { en: 'member of the data space', fr: "membre de l'espace de données" },
    type: 'MembershipCredential',
  }),
  {
    iri: `${CX}FrameworkAgreement`,
    aliases: dressed('FrameworkAgreement'),
    label: { en: 'framework agreement', fr: 'accord-cadre' },
    type: 'text',
    source: 'credential',
    stages: always,
    credentialTypes: ['DataExchangeGovernanceCredential'],
    find(facts) {
      const type = 'DataExchangeGovernanceCredential'
      const held = credentialsOf(type, facts)
      if (held.length === 0) return unknown('no-credential', type)
      const versions = held.flatMap(({ subject }) => claimsAt(subject, ['contractVersion']))
      const names = versions.map(version => ({ text: `DataExchangeGovernance:${version}` }))
      return { values: [{ text: 'active' }, ...names] }
    },
  },
  claim({
    iri: `${CX}BusinessPartnerNumber`,
    aliases: dressed('BusinessPartnerNumber'),
    label: { en: 'business partner number', fr: 'numéro de partenaire commercial' },
    type: 'text',
    places: [
      ['BpnCredential', 'bpn'],
      ['MembershipCredential', 'holderIdentifier'],
    ],
  }),
]

const CLAIM = 'urn:kontor:claim:'
/** `ManufacturerCredential.part_types`, `DataProcessorCredential`: a type that ends in "Credential", and perhaps a path. */
const BY_TYPE = /^([\w-]+Credential)(?:\.(.+))?$/
/** `urn:kontor:claim:gx:LegalPerson.gx:legalAddress.gx:countryCode`: any type. */
const BY_CLAIM = /^([^.\s]+)(?:\.(\S+))?$/

/** The left operand of a name that says itself which credential and which claim it means. */
export function namedClaim(name: string): LeftOperand | undefined {
  const [, type, path] = name.startsWith(CLAIM)
    ? (BY_CLAIM.exec(name.slice(CLAIM.length)) ?? [])
    : (BY_TYPE.exec(name.startsWith(EDC) ? name.slice(EDC.length) : name) ?? [])
  if (type === undefined) return undefined
  const short = credentialType(type)
  const iri = `${CLAIM}${short}${path === undefined ? '' : `.${path}`}`
  const words = path === undefined ? short : `${short}.${path}`
  const row = { iri, aliases: [], label: { en: words, fr: words } }
  return path === undefined ? holding({ ...row, type: short }) : claim({ ...row, type: 'any', places: [[short, path]] })
}
