import t from 'tap'
import { get } from '../../src/lab/api.ts'
import { reach } from '../../src/lab/story/follow.ts'
import type { Shown } from '../support/deals.ts'
import { startDrip } from '../support/drip.ts'
import { notedBy, read, startUnder, useIf } from '../support/terms.ts'

/** Long enough for a busy machine to begin the transfer in, s. */
const LASTS = 6

t.test('by the clock on the wall, a running stream ends when its agreement does, not before, and says why', async t => {
  const drip = await startDrip(t)
  const terms = useIf({ leftOperand: 'inForceDate', operator: 'lteq', rightOperand: `contractAgreement+${LASTS}s` })
  const { lab, paths, agreementId } = await startUnder(t, { terms, url: drip.url })
  const stream = await read(lab.consumer, paths.consumer)
  t.equal(stream.first, 'first piece\n')
  const { agreedAt } = await get<{ agreedAt: string }>(
    lab.provider,
    `/v1/agreements/${encodeURIComponent(agreementId)}`,
  )
  const end = Date.parse(agreedAt) + LASTS * 1_000

  t.equal(await stream.rest, 'broken off')
  t.ok(Date.now() >= end, 'it ran until the end')
  const { error } = await reach<Shown>(lab.consumer, paths.consumer, 'TERMINATED')
  t.match(error, /not permitted because of inForceDate/)
  await reach(lab.provider, paths.provider, 'TERMINATED')
  const [noted] = await notedBy(lab.provider, paths.provider, 'policy-monitor')
  t.ok(Date.parse(noted?.at ?? '') >= end, 'the monitor judged when it was over')
  const missed = { about: /inForceDate$/, right: [`contractAgreement+${LASTS}s`], outcome: 'unsatisfied' }
  t.match(noted, {
    message: 'terminate',
    detail: { report: { permitted: false, rules: [{ conditions: [{}, {}, {}, missed] }] } },
  })
})
