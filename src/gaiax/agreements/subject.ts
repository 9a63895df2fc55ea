import type { Agreement } from '../../policy/index.ts'
import { digestOf } from '../canonical-json.ts'
import type { Statement } from '../types.ts'

/** A contract agreement of ours; it is the negotiations that know it. */
export interface Contract {
  readonly id: string
  readonly counterparty: string
  readonly agreement: Agreement
  /** Null until it counts. */
  readonly finalizedAt: Date | null
  /** Null as long as it counts. */
  readonly retiredAt: Date | null
  /** SHA-256, hex, of it as an RDF graph in canonical form: the same on both sides, and in every spelling. */
  readonly hash: () => Promise<string>
}

/** The type of the credentials about them. */
export const AGREEMENT = 'DataUsageAgreement'

/** What both sides sign: the id of its subject, and what is said of it. */
export interface Common {
  readonly subject: string
  readonly claims: Statement['claims']
}

/**
 * What both sides sign. Each computes it from the agreement alone, with nobody asked, and both come to the same: so the parties are named by
 * their DIDs, and the terms by the hash that does not depend on how they are spelt.
 */
export async function commonSubject({ agreement, hash }: Contract): Promise<Common> {
  const { '@id': id, assigner, assignee, target } = agreement
  const purpose = purposeOf(agreement)
  return {
    subject: subjectIdOf(agreement),
    claims: {
      'gx:dataProvider': { id: assigner },
      // The protocol knows no other holder of rights than whoever grants them.
      'gx:dataRightsHolder': { id: assigner },
      'gx:dataConsumer': { id: assignee },
      'gx:dataInstance': target,
      'gx:dataUsageLegalContext': `Contract agreement ${id} by the Dataspace Protocol 2025-1`,
      ...(purpose !== undefined && { 'gx:dataUsagePurpose': purpose }),
      'gx:dataUsageConstraints': {
        type: 'gx:DataUsageConstraint',
        'gx:dataUsagePolicy': `The ODRL agreement whose RDF graph in canonical form (RDFC-1.0) has the SHA-256 ${await hash()}`,
      },
    },
  }
}

/** The id of what both sides sign. */
export const subjectIdOf = ({ '@id': id, assigner, assignee }: Agreement): string =>
  `urn:uuid:${uuidOf({ id, assigner, assignee })}`

/** A UUID that anybody computes from the same values (RFC 9562, version 8). */
function uuidOf(value: unknown): string {
  const hex = digestOf(value)
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) & 3]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** What the data may be used for, where each permission says the same single purpose. */
function purposeOf({ permission = [] }: Agreement): string | undefined {
  const purposes = permission.map(({ constraint = [] }) => {
    const [only, ...more] = constraint.flatMap(each =>
      'leftOperand' in each && isPurpose(each.leftOperand) && each.operator === 'eq' ? [each.rightOperand] : [],
    )
    return more.length === 0 && typeof only === 'string' ? only : undefined
  })
  return new Set(purposes).size === 1 ? purposes[0] : undefined
}

const isPurpose = (operand: string): boolean =>
  ['purpose', 'odrl:purpose', 'http://www.w3.org/ns/odrl/2/purpose'].includes(operand)

/** The members of a subject that are not as they should be. */
export function differences(given: object, wanted: object): readonly string[] {
  const [one, other] = [
    new Map<string, unknown>(Object.entries(given)),
    new Map<string, unknown>(Object.entries(wanted)),
  ]
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    key => digestOf(one.get(key)) !== digestOf(other.get(key)),
  )
}
