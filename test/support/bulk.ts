import type { Database } from '../../src/db/index.ts'

/** How much is to be there. */
export interface Bulk {
  /** Finished negotiations of ours as provider, each with a finished transfer; of a hundred negotiations one was terminated, the others have an agreement. */
  readonly processes: number
  /** Entries in the journal of each negotiation. */
  readonly entries?: number
  /** Counterparties and datasets they are spread over. */
  readonly counterparties?: number
  readonly datasets?: number
}

/** What a negotiation with one round looks like when it is over: some 1.5 KB. */
const negotiation = `jsonb_build_object('datasetId', dataset, 'offers', jsonb_build_array(jsonb_build_object('by', 'consumer', 'at', at, 'offer', terms)),
  'agreement', case when ended <> 'TERMINATED' then terms || jsonb_build_object('@id', 'urn:agreement:' || n, '@type', 'Agreement', 'timestamp', at,
    'assigner', 'did:web:us.example', 'assignee', peer) end)`
const transfer = `jsonb_build_object('datasetId', dataset, 'agreementId', 'urn:agreement:' || n, 'format', 'HttpData-PULL')`

/**
 * Writes what years of work leave behind, by SQL: the latest a minute ago, the others one minute before each other. Hashes of
 * the journal are made up.
 */
export async function fill(db: Database, bulk: Bulk): Promise<void> {
  const { processes, entries = 6, counterparties = 1_000, datasets = 500 } = bulk
  await db.transaction(async tx => {
    // Row by row the counting would take longer than the writing.
    await tx.query('alter table process disable trigger user')
    // An index that is made at once, at the end, is made many times faster.
    const indexes = await tx.query<{ name: string; definition: string }>(
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
       where indrelid in ('process'::regclass, 'agreement'::regclass) and not indisunique`,
    )
    for (const { name } of indexes) await tx.query(`drop index ${name}`)
    for (const [kind, data] of [
      ['negotiation', negotiation],
      ['transfer', transfer],
    ] as const)
      await tx.query(
        `with made as (
           select n, now() - n * interval '1 minute' as at, 'did:web:peer-' || n % $3::int as peer, 'dataset-' || n % $4::int as dataset,
             case when n % 100 = 0 then 'TERMINATED' when $1 = 'transfer' then 'COMPLETED' else 'FINALIZED' end as ended,
             jsonb_build_object('@type', 'Offer', '@id', 'offer-' || n, 'target', 'dataset-' || n % $4::int,
               'permission', jsonb_build_array(jsonb_build_object('action', 'use', 'constraint', jsonb_build_array(
                 jsonb_build_object('leftOperand', 'dateTime', 'operator', 'lteq', 'rightOperand', '2099-12-31T00:00:00Z'))))) as terms
           from generate_series(1, $2::int) as n
         )
         insert into process (id, kind, role, state, counterparty, peer_pid, address, data, seen, visits, version, journal_seq, journal_hash,
           created_at, updated_at)
         select 'urn:uuid:' || md5($1 || n)::uuid, $1, 'provider', ended, peer, 'urn:uuid:' || md5('peer' || $1 || n)::uuid,
           'https://peer.example/dsp', ${data}, array[md5('a' || n), md5('b' || n), md5('c' || n)],
           jsonb_build_object('REQUESTED', 1, ended, 1), 6, $5::int, md5('hash' || n), at, at
         from made where $1 = 'negotiation' or n % 100 <> 0`,
        [kind, processes, counterparties, datasets, entries],
      )
    await tx.query(
      `insert into agreement (id, role, negotiation_id, counterparty, dataset_id, agreement, agreed_at, finalized_at)
       select data -> 'agreement' ->> '@id', role, id, counterparty, dataset_id, data -> 'agreement', created_at, updated_at
       from process where outcome = 'FINALIZED'`,
    )
    await tx.query(
      `insert into journal (process_id, seq, at, actor, event, message, state, digest, hash)
       select id, seq, created_at, counterparty, 'received', 'request', state, md5(id) || md5(id), md5(id || seq) || md5(id)
       from process cross join generate_series(1, $1::int) as seq where kind = 'negotiation' order by id, seq`,
      [entries],
    )
    for (const { definition } of indexes) await tx.query(definition)
    await tx.query('alter table process enable trigger user')
    await tx.query(
      `insert into process_count select kind, role, outcome, 0, count(*) from process where outcome is not null group by 1, 2, 3
       on conflict (kind, role, outcome, slot) do update set count = excluded.count`,
    )
  })
  await db.query('vacuum analyze')
}
