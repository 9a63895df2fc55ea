import t from 'tap'
import { giveAgreement } from '../support/agreements.ts'
import { testDatabase } from '../support/database.ts'

const given = { id: 'agreed', role: 'consumer', participantId: 'us', counterparty: 'peer', datasetId: 'wind' } as const

t.test('an agreement under an id that is taken is refused, whatever it says, and the first stays as it is', async t => {
  const db = await testDatabase(t)
  await giveAgreement(db, { ...given, permission: [{ action: 'use' }] })
  const before = await db.query('select * from agreement')
  for (const permission of [[{ action: 'use' }], [{ action: 'use' }, { action: 'sell' }]])
    await t.rejects(giveAgreement(db, { ...given, permission }), { code: '23505', constraint: 'agreement_pkey' })
  t.same(await db.query('select * from agreement'), before)
})
