import t from 'tap'
import { get, post } from '../../src/lab/api.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { beginTransfer, negotiate, type Shown } from '../support/deals.ts'
import { startDrip } from '../support/drip.ts'
import { startLab } from '../support/lab.ts'
import { offer, read } from '../support/terms.ts'

interface Listed {
  readonly id: string
  readonly action: string
  readonly state: string
}

t.test('a duty that comes before use keeps the data shut until its provider knows it fulfilled', async t => {
  const lab = await startLab(t)
  const drip = await startDrip(t)
  const terms = { permission: [{ action: 'use', duty: [{ action: 'inform' }] }] }
  await offer(lab.provider, { id: 'data', source: { type: 'HttpData', baseUrl: drip.url }, terms })
  const agreementId = await negotiate(lab, 'data')
  await lab.drain()
  const listOf = async (who: typeof lab.provider) =>
    (await get<{ items: readonly Listed[] }>(who, `/v1/obligations?agreement=${encodeURIComponent(agreementId)}`)).items
  for (const who of [lab.provider, lab.consumer])
    t.match(await listOf(who), [{ action: 'inform', state: 'pending' }], `${who.name} has it`)

  const early = await beginTransfer(lab, agreementId)
  t.match(await reach<Shown>(lab.consumer, early, 'TERMINATED'), { error: /because of the duty to inform/ })

  const [duty] = await listOf(lab.provider)
  await post(lab.provider, `/v1/obligations/${duty?.id}/fulfil`, { evidence: 'mail of 3 March' })
  const path = await beginTransfer(lab, agreementId)
  await reach(lab.consumer, path, 'STARTED')
  t.equal((await read(lab.consumer, path)).first, 'first piece\n')
})
