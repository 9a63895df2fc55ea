import t, { type Test } from 'tap'
import type { Database, Queryable } from '../src/db/index.ts'
import type { Safe } from '../src/keys/index.ts'
import { createJobs, joinReplicas } from '../src/process/index.ts'
import { createSealing } from '../src/sealing.ts'
import { createAddressSeal, createSourceSeal, type DataAddress } from '../src/signaling/index.ts'
import { testDatabase } from './support/database.ts'
import { dump } from './support/dump.ts'
import { testKeys } from './support/keys.ts'

const tokenOf = (of: string) => `token-of-${of}`

const addressOf = (of: string): DataAddress => ({
  '@type': 'DataAddress',
  endpointType: 'HttpData',
  endpoint: 'https://data.example/',
  endpointProperties: [{ '@type': 'EndpointProperty', name: 'authorization', value: tokenOf(of) }],
})

const sourceOf = (of: string) => ({ type: 'HttpData', baseUrl: `https://data.example/?sig=${tokenOf(of)}` })

const wholeOf = (address: DataAddress) => JSON.stringify(address)

/** A transfer, a flow and a dataset each as a former version would have kept it. */
async function keepPlain(db: Queryable, name: string, state = 'STARTED', at = new Date()): Promise<void> {
  const data = {
    agreementId: 'a',
    datasetId: 'd',
    format: 'HttpData-PULL',
    edr: { dataAddress: addressOf(name), receivedAt: at.toISOString() },
    destination: addressOf(name),
  }
  const sending = [{ id: 'urn:uuid:1', step: { message: 'request', dataAddress: addressOf(name) } }]
  await db.query(
    `insert into process (id, kind, role, state, counterparty, address, data, sending, created_at, updated_at)
     values ($1, 'transfer', 'consumer', $2, 'peer', 'https://peer.example', $3, $4, $5, $5)`,
    [name, state, JSON.stringify(data), JSON.stringify(sending), at],
  )
  await db.query(
    `insert into data_flow (id, counterparty, agreement_id, dataset_id, format, source, destination, state, created_at, updated_at)
     values ($1, 'peer', 'a', $1, 'HttpData-PUSH', $2, $3, 'started', $4, $4)`,
    [name, JSON.stringify(sourceOf(name)), wholeOf(addressOf(name)), at],
  )
  await db.query(
    `insert into dataset (id, key, document, source, created_at, updated_at) values ($1, $1, '{}', $2, $3, $3)`,
    [name, JSON.stringify(sourceOf(name)), at],
  )
}

/** Whether there is more to be sealed now, or somebody is at it. */
async function isUnderWay(db: Queryable, now: Date): Promise<boolean> {
  return (await db.query('select from job where owner is not null or due <= $1', [now])).length > 0
}

/** A process of a connector, as far as it seals. */
async function startProcess(t: Test, db: Database, safe: Safe, now = () => new Date()) {
  const failures: unknown[] = []
  const replica = await joinReplicas(db)
  const jobs = createJobs({ db, replica, now, events: { jobFailed: failure => failures.push(failure) } })
  const sealing = createSealing({ db, jobs, safe, now })
  jobs.start()
  t.teardown(async () => {
    await jobs.stop()
    await replica.leave()
  })
  return {
    failures,
    async seal() {
      await sealing.start()
      // Another process may have taken the next batch on.
      do await jobs.drained()
      while (await isUnderWay(db, now()))
    },
  }
}

t.test('what former versions have kept as it came is sealed at the start, and opens as it was', async t => {
  const db = await testDatabase(t)
  const { safe } = await testKeys(db)
  // More than a batch, and of several processes that start at once each may do a part.
  const names = Array.from({ length: 230 }, (_, n) => `old-${n}`)
  await db.transaction(async tx => {
    for (const name of names) await keepPlain(tx, name)
  })
  const processes = await Promise.all([1, 2].map(() => startProcess(t, db, safe)))
  await Promise.all(processes.map(({ seal }) => seal()))
  t.same(
    processes.flatMap(({ failures }) => failures),
    [],
  )

  t.notMatch(await dump(db), /token-of-/)
  interface Row {
    readonly data: { readonly edr: { readonly dataAddress: DataAddress }; readonly destination: DataAddress }
    readonly sending: readonly { readonly step: { readonly dataAddress: DataAddress } }[]
  }
  const rows = await db.query<Row>(`select data, sending from process where id = 'old-7'`)
  const { open } = createAddressSeal(safe)
  const kept = rows.flatMap(({ data, sending }) => [
    data.edr.dataAddress,
    data.destination,
    ...sending.map(({ step }) => step.dataAddress),
  ])
  t.equal(kept.length, 3)
  for (const address of kept) t.same(await open(address, 'old-7'), addressOf('old-7'))
  const [flow] = await db.query<{ source: never; destination: DataAddress }>(
    `select source, destination from data_flow where id = 'old-7'`,
  )
  t.same(flow && (await open(flow.destination, 'old-7')), addressOf('old-7'))
  const [dataset] = await db.query<{ source: never }>(`select source from dataset where id = 'old-7'`)
  for (const each of [flow, dataset])
    t.same(each && (await createSourceSeal(safe).open(each.source, 'old-7')), sourceOf('old-7'))
})

t.test('of a transfer that has ended the address it was fetched from is forgotten', async t => {
  const db = await testDatabase(t)
  const { safe } = await testKeys(db)
  await keepPlain(db, 'ended', 'COMPLETED')
  await (await startProcess(t, db, safe)).seal()
  t.same(await db.query(`select data ? 'edr' as there, data ? 'destination' as kept from process`), [
    { there: false, kept: true },
  ])
})

t.test('what a process of a former version writes meanwhile is sealed the next time', async t => {
  const db = await testDatabase(t)
  const { safe } = await testKeys(db)
  const { seal } = await startProcess(t, db, safe)
  await keepPlain(db, 'before')
  await seal()
  await keepPlain(db, 'beside')
  await seal()
  t.notMatch(await dump(db), /token-of-/)
})

t.test('what is sealed is not written again', async t => {
  const db = await testDatabase(t)
  const { safe } = await testKeys(db)
  const { seal } = await startProcess(t, db, safe)
  await keepPlain(db, 'one')
  await seal()
  const versions = () =>
    db.query('select p.xmin::text as p, f.xmin::text as f, d.xmin::text as d from process p, data_flow f, dataset d')
  const before = await versions()
  await seal()
  t.same(await versions(), before)
})
