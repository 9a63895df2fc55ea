import { json, type Queryable } from '../db/index.ts'
import type { Claims, Role } from '../process/index.ts'
import { type AddressSeal, type KeptAddress, type SealingBatch, sealBatch } from '../signaling/index.ts'
import { table } from './table.ts'
import type { Transfer, TransferStep } from './types.ts'

/** The ids of transfers under an agreement that have not ended, in which we have that role. */
export async function findLiveTransfers(db: Queryable, agreementId: string, role: Role): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from process where kind = 'transfer' and agreement_id = $1 and role = $2 and outcome is null`,
    [agreementId, role],
  )
  return rows.map(({ id }) => id)
}

/** Somebody we have dealt with, and what was attested about them when they last asked us for data. */
export interface Counterparty {
  readonly id: string
  readonly claims: Claims
  /** When that was; null if they never have. */
  readonly seenAt: Date | null
}

/**
 * Everybody we have negotiated with or moved data for, as far as that is still kept; the first so many by id. The index has
 * them in order: it is asked for the next one, again and again, so thousands of processes with one counterparty cost a single look-up.
 */
export function listCounterparties(db: Queryable, limit: number): Promise<Counterparty[]> {
  return db.query<Counterparty & object>(
    `with recursive party (id, place) as (
       (select counterparty, 1 from process order by counterparty limit 1)
       union all
       select (select counterparty from process where counterparty > party.id order by counterparty limit 1), place + 1
       from party where party.id is not null and place < $1
     )
     select party.id, coalesce(seen.claims, '{}') as claims, seen.created_at as "seenAt"
     from party left join lateral (
       select data -> 'claims' as claims, created_at from process
       where counterparty = party.id and kind = 'transfer' and role = 'provider' and data ? 'claims'
       order by created_at desc limit 1
     ) as seen on true
     where party.id is not null order by party.id`,
    [limit],
  )
}

type Kept = Pick<Transfer, 'id' | 'state' | 'data' | 'sending'>

/** Seals addresses that lie as they came, one batch; the last id looked at, undefined when there is nothing more. */
export function sealTransfers(
  tx: Queryable,
  batch: SealingBatch,
  seal: Pick<AddressSeal, 'seal'>,
): Promise<string | undefined> {
  return sealBatch<Kept>(tx, batch, {
    table: 'process',
    columns: 'id, state, data, sending',
    where: `kind = 'transfer'`,
    isPlain: isOpen,
    keep(transfer) {
      const { data, sending } = sealed(transfer, seal)
      return tx.query('update process set data = $2, sending = $3, version = version + 1 where id = $1', [
        transfer.id,
        json(data),
        json(sending),
      ])
    },
  })
}

const needsSeal = (address: KeptAddress | undefined): address is KeptAddress =>
  address !== undefined && address['@sealed'] === undefined

const addressOf = (step: TransferStep): KeptAddress | undefined =>
  'dataAddress' in step ? step.dataAddress : undefined

const isOpen = ({ data: { edr, destination }, sending }: Kept): boolean =>
  [edr?.dataAddress, destination, ...sending.map(({ step }) => addressOf(step))].some(needsSeal)

/** A transfer as it is kept now: of one that has ended, without the address that was fetched from. */
function sealed({ id, state, data, sending }: Kept, { seal }: Pick<AddressSeal, 'seal'>) {
  const keep = (address: KeptAddress) => (needsSeal(address) ? seal(address, id) : address)
  const { edr, destination, ...rest } = data
  return {
    data: {
      ...rest,
      ...(edr && !table.isTerminal(state) && { edr: { ...edr, dataAddress: keep(edr.dataAddress) } }),
      ...(destination && { destination: keep(destination) }),
    },
    sending: sending.map(({ id, step }) => {
      const address = addressOf(step)
      return { id, step: address ? { ...step, dataAddress: keep(address) } : step }
    }),
  }
}
