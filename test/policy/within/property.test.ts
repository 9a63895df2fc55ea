import fc from 'fast-check'
import t from 'tap'
import { evaluate, type Policy, within } from '../../../src/policy/index.ts'

const DAY = 86_400_000
const agreedAt = new Date('2026-01-31T10:00:00Z')
const at = (days: number) => new Date(agreedAt.getTime() + days * DAY).toISOString()

const ordered = fc.constantFrom('lt', 'lteq', 'gt', 'gteq', 'eq')
const sets = fc.constantFrom('isAnyOf', 'isNoneOf', 'isAllOf', 'isPartOf', 'hasPart')
const some = (...values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
const atom = (left: string, operator: fc.Arbitrary<string>, right: fc.Arbitrary<unknown>) =>
  fc.record({ leftOperand: fc.constant(left), operator, rightOperand: right })

const number = fc.integer({ min: 0, max: 5 })
const atoms = fc.oneof(
  atom(
    'dateTime',
    ordered,
    number.map(n => at(n * 20)),
  ),
  atom(
    'dateTime',
    ordered,
    number.map(n => at(n * 20).slice(0, 10)),
  ),
  atom(
    'inForceDate',
    ordered,
    fc.oneof(
      number.map(n => `contractAgreement+${n * 20}d`),
      number.map(n => `contractAgreement+P${n}M`),
    ),
  ),
  atom('count', ordered, number.map(String)),
  atom(
    'urn:kontor:volume',
    ordered,
    number.map(n => String(n * 10)),
  ),
  atom('urn:kontor:group', sets, some('a', 'b', 'c')),
  atom('recipient', fc.constantFrom('eq', 'neq'), fc.constantFrom('did:a', 'did:b')),
  atom('purpose', fc.constantFrom('eq', 'isAnyOf'), fc.constantFrom('x', 'y')),
  atom(
    'gx:legalAddress.countryCode',
    fc.constantFrom('isAnyOf', 'isNoneOf'),
    some('FR', 'DE', 'NO', 'US', 'EU', 'EEA'),
  ),
)
const constraint = fc.oneof(
  { weight: 4, arbitrary: atoms },
  { weight: 1, arbitrary: fc.record({ or: fc.array(atoms, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ and: fc.array(atoms, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ xone: fc.array(atoms, { minLength: 1, maxLength: 2 }) }) },
)
const rule = fc.record({
  action: fc.constant('use'),
  constraint: fc.array(constraint, { maxLength: 2 }),
})
interface Made extends Omit<Policy, 'permission' | 'prohibition'> {
  readonly permission: readonly { readonly action: string; readonly constraint: readonly never[] }[]
  readonly prohibition: readonly { readonly action: string; readonly constraint: readonly never[] }[]
}
const policy = fc.record({
  permission: fc.array(rule, { minLength: 1, maxLength: 2 }),
  prohibition: fc.array(rule, { maxLength: 1 }),
}) as unknown as fc.Arbitrary<Made>

/** Bounds, and an offer that is the bounds with more conditions and prohibitions, or with one condition exchanged. */
const pair = fc
  .tuple(policy, fc.array(constraint, { maxLength: 2 }), fc.array(rule, { maxLength: 1 }), fc.option(constraint))
  .map(([bounds, more, prohibitions, instead]) => ({
    bounds,
    offer: {
      permission: bounds.permission.map(({ constraint: own, ...rest }) => ({
        ...rest,
        constraint: [...(instead ? own.slice(1) : own), ...(instead ? [instead] : []), ...more],
      })),
      prohibition: [...bounds.prohibition, ...prohibitions],
    } as Policy,
  }))

const credential = (countryCode: string) => ({
  types: ['gx:LegalPerson', 'LegalParticipant', 'gx:LegalParticipant'],
  issuer: 'did:web:issuer',
  subject: { 'gx:legalAddress': { 'gx:countryCode': countryCode } },
})
const question = fc.record({
  participant: fc.record({
    id: fc.constantFrom('did:a', 'did:b'),
    claims: fc.record({
      groups: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
      credentials: fc.array(fc.constantFrom('FR', 'NO', 'US').map(credential), { maxLength: 1 }),
    }),
  }),
  stage: fc.constantFrom('catalog', 'negotiation', 'transfer', 'access'),
  now: fc.integer({ min: -1, max: 2_400 }).map(hours => new Date(agreedAt.getTime() + hours * 3_600_000)),
  count: number,
  bytes: number.map(n => n * 10),
})

t.test('whatever an offer within bounds permits, the bounds permit, too', async t => {
  let contained = 0
  fc.assert(
    fc.property(
      fc.oneof(pair, fc.record({ bounds: policy, offer: policy })),
      fc.array(question, { minLength: 20, maxLength: 20 }),
      ({ offer, bounds }, questions) => {
        if (!within(offer, bounds).within) return
        contained++
        for (const { participant, stage, now, count, bytes } of questions) {
          const asked = { action: 'use', participant, stage } as const
          const state = { now, agreedAt, count, bytes }
          if (evaluate(offer, asked, state).permitted && !evaluate(bounds, asked, state).permitted)
            throw new Error(`permitted beyond the bounds: ${JSON.stringify({ asked, state })}`)
        }
      },
    ),
    { numRuns: 1_500 },
  )
  t.ok(contained > 100, `${contained} pairs were within`)
})

t.test('every policy is within itself, and a narrower one of a narrower one within the widest', async t => {
  fc.assert(
    fc.property(policy, fc.array(constraint, { maxLength: 2 }), (bounds, more) => {
      const narrower = {
        ...bounds,
        permission: bounds.permission.map(each => ({ ...each, constraint: [...each.constraint, ...more] })),
      } as unknown as Policy
      return within(bounds, bounds).within && within(narrower, bounds).within
    }),
    { numRuns: 300 },
  )
  t.pass()
})
