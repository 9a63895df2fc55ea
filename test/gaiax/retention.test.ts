import t from 'tap'
import type { Database } from '../../src/db/index.ts'
import { putDelivery } from '../../src/gaiax/agreements/store.ts'
import { subjectIdOf } from '../../src/gaiax/agreements/subject.ts'
import { deleteFormer, forgetSignatures } from '../../src/gaiax/index.ts'
import { putPeer } from '../../src/gaiax/peers/store.ts'
import { putCredential } from '../../src/gaiax/store.ts'
import { deleteAgreements, findAgreement } from '../../src/negotiation/index.ts'
import { giveAgreement } from '../support/agreements.ts'
import { testDatabase } from '../support/database.ts'

const DAY = 86_400_000
const now = new Date()
const ago = (days: number) => new Date(now.getTime() - days * DAY)

/** A version of a credential that was made so many days ago, and lasts so many. */
const put = (
  db: Database,
  id: string,
  {
    age,
    lasts = 1,
    type = 'DataProduct',
    subject = `${id}#cs`,
  }: { age: number; lasts?: number; type?: string; subject?: string },
) =>
  db.transaction(tx =>
    putCredential(
      tx,
      { id, type, subject, jwt: `${id} of ${age}`, validFrom: ago(age), validUntil: ago(age - lasts), source: 'own' },
      ago(age),
    ),
  )

const left = async (db: Database, table: string, column: string) =>
  (await db.query<Record<string, string>>(`select ${column} from ${table} order by ${column}`)).map(row => row[column])

t.test('former versions are filed away and deleted when they are old enough; what counts stays', async t => {
  const db = await testDatabase(t)
  await put(db, 'one', { age: 30 })
  await put(db, 'one', { age: 20 })
  await put(db, 'one', { age: 10 })
  await put(db, 'long', { age: 30, lasts: 365 })
  await put(db, 'long', { age: 20 })
  await put(db, 'agreement', { age: 30, type: 'DataUsageAgreement' })
  await db.query(`update gaiax_credential set state = 'revoked', changed_at = $1 where id = 'agreement'`, [ago(25)])
  const filed: object[] = []
  const archive = async (what: string, lines: readonly object[]) =>
    void filed.push(...lines.map(line => ({ what, ...line })))
  const clean = () => deleteFormer(db, { before: ago(15), limit: 10, archive, now })
  t.equal(await clean(), 1)
  t.equal(await clean(), 0)
  t.match(filed, [{ what: 'gaia-x-credentials', kind: 'gaia-x-credential', id: 'one', version: 1, jwt: 'one of 30' }])
  t.strictSame(await left(db, 'gaiax_credential', 'jwt'), [
    'agreement of 30',
    'long of 20',
    'long of 30',
    'one of 10',
    'one of 20',
  ])
})

t.test('of participants that are not heard of any more nothing is known in the end', async t => {
  const db = await testDatabase(t)
  const peer = { level: 'SC', issuer: null, rulesVersion: null, validUntil: null, problem: null }
  await putPeer(db, { ...peer, did: 'did:web:old.example', checkedAt: ago(30) })
  await putPeer(db, { ...peer, did: 'did:web:new.example', checkedAt: ago(1) })
  await deleteFormer(db, { before: ago(15), limit: 10, archive: undefined, now })
  t.strictSame(await left(db, 'gaiax_peer', 'did'), ['did:web:new.example'])
})

t.test(
  'with an agreement goes what both sides have signed of it, into the archive, and how it was brought',
  async t => {
    const db = await testDatabase(t)
    const common = {
      role: 'provider',
      participantId: 'did:web:us',
      datasetId: 'wind',
      permission: [{ action: 'use' }],
    } as const
    for (const id of ['one', 'two']) {
      await giveAgreement(db, { ...common, id, counterparty: 'did:web:peer' })
      const record = await findAgreement(db, id, 'provider')
      if (!record) throw new Error('it was given')
      const subject = subjectIdOf(record.agreement)
      for (const by of ['ours', 'theirs'])
        await put(db, `${by} ${id}`, { age: 10, type: 'DataUsageAgreement', subject })
      await putDelivery(db, subject, 'did:web:peer', { state: 'delivered', reason: null, at: now })
    }
    await db.query('delete from process')
    await db.query(`update agreement set agreed_at = $1 where id = 'one'`, [ago(30)])
    const filed: object[] = []
    const archive = async (_what: string, lines: readonly object[]) => void filed.push(...lines)
    t.equal(await deleteAgreements(db, { before: ago(15), limit: 10, archive, forget: forgetSignatures, now }), 1)
    t.match(filed, [{ id: 'one', credentials: ['ours one of 10', 'theirs one of 10'] }])
    t.strictSame(await left(db, 'gaiax_credential', 'id'), ['ours two', 'theirs two'])
    t.equal((await left(db, 'gaiax_delivery', 'subject')).length, 1)
  },
)
