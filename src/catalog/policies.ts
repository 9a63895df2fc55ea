import type { Database, Queryable } from '../db/index.ts'
import { conflict } from '../errors.ts'
import type { Append } from '../events/index.ts'
import { dress, normalisePolicy, spellOut, termsDigest, termsOf } from '../policy/index.ts'
import { plainField } from './fields.ts'
import { DIGITS } from './offer-id.ts'
import { createShelf, type Shelf } from './shelf.ts'
import { refuse, storableFaults } from './storable.ts'
import {
  deletePolicy,
  insertPolicy,
  isPolicyInUse,
  listedPolicies,
  type PolicyRow,
  updatePolicy,
} from './store/policies.ts'
import type { PolicyDefinition } from './types.ts'

/** The policies that publications refer to. Replacing one changes the offers made under it, and their ids. */
export function createPolicies(given: {
  db: Database
  now: () => Date
  append?: Append | undefined
}): Shelf<PolicyDefinition> {
  return createShelf<PolicyDefinition, PolicyRow, PolicyDefinition>(
    given,
    {
      name: 'policy definition',
      subject: 'policy',
      listed: listedPolicies,
      fieldOf: plainField,
      toRow,
      insert: insertPolicy,
      update: updatePolicy,
      remove,
    },
    row => row,
  )
}

function toRow({ id, policy: given }: Omit<PolicyDefinition, 'createdAt'>, now: Date): PolicyRow {
  refuse('policy', storableFaults(given, '/policy'))
  const policy = normalisePolicy(given)
  const terms = JSON.stringify(dress(spellOut(termsOf(policy))))
  return { id, policy, terms, digest: termsDigest(policy).slice(0, DIGITS), createdAt: now }
}

async function remove(tx: Queryable, id: string): Promise<boolean> {
  if (await isPolicyInUse(tx, id))
    throw conflict(`The policy definition ${JSON.stringify(id)} is used by a publication: remove that first.`)
  return deletePolicy(tx, id)
}
