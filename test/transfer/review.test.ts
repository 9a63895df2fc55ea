import t from 'tap'
import type { AgreementRecord } from '../../src/negotiation/index.ts'
import type { Policy } from '../../src/policy/index.ts'
import { review } from '../../src/transfer/review.ts'

const agreedAt = new Date('2026-01-01T00:00:00Z')
const time = (operator: string, rightOperand: string) => ({ leftOperand: 'dateTime', operator, rightOperand })
const useIf = (...constraint: ReturnType<typeof time>[]): Policy => ({ permission: [{ action: 'use', constraint }] })

const record = (policy: Policy, more: Partial<AgreementRecord> = {}): AgreementRecord => ({
  id: 'a',
  role: 'provider',
  negotiationId: 'n',
  counterparty: 'c',
  datasetId: 'd',
  agreement: {
    ...policy,
    '@id': 'a',
    '@type': 'Agreement',
    target: 'd',
    assigner: 'us',
    assignee: 'c',
    timestamp: agreedAt.toISOString(),
  },
  agreedAt,
  finalizedAt: agreedAt,
  digest: null,
  retiredAt: null,
  retiredReason: null,
  policyHash: null,
  ...more,
})

const judge = (given: AgreementRecord, now: string) =>
  review(given, { participant: { id: 'c', claims: {} }, format: 'HttpData-PULL' }, { now: new Date(now), agreedAt })

t.test('what is permitted goes on until time may change it', async t => {
  const found = judge(record(useIf(time('lt', '2026-06-01T00:00:00Z'))), '2026-02-01T00:00:00Z')
  t.strictSame(found, { kind: 'goes-on', until: new Date('2026-06-01T00:00:00Z') })
  t.strictSame(judge(record(useIf()), '2026-02-01T00:00:00Z'), { kind: 'goes-on', until: undefined })
})

t.test('what will be permitted again rests until then', async t => {
  const found = judge(record(useIf(time('gteq', '2026-06-01T00:00:00Z'))), '2026-02-01T00:00:00Z')
  t.match(found, { kind: 'rests', until: new Date('2026-06-01T00:00:00Z'), reason: /at present/ })
})

t.test('what time will not permit again ends', async t => {
  const found = judge(record(useIf(time('lt', '2026-06-01T00:00:00Z'))), '2026-06-01T00:00:00Z')
  t.match(found, { kind: 'ends', reason: /any more.*dateTime/, report: { permitted: false } })
})

t.test('under a retired agreement nothing goes on, whatever it permits', async t => {
  const retired = record(useIf(), { retiredAt: agreedAt, retiredReason: 'sold' })
  t.match(judge(retired, '2026-02-01T00:00:00Z'), { kind: 'ends', reason: /retired: sold/ })
})
