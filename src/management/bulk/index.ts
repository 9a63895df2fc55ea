import { isDeepStrictEqual } from 'node:util'
import type { OpenShelves } from '../../catalog/index.ts'
import { conflict } from '../../errors.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import type { Given } from '../given.ts'
import { diff, type FieldChange } from './diff.ts'
import { atPlace, type Document, type Entry, everyPlace, readEntries } from './entries.ts'
import { type BulkKind, bulkKinds, context, type Plan, type Thing } from './kinds.ts'

/** What a document makes of one thing. */
export interface Change {
  readonly kind: BulkKind['type']
  readonly id: string
  readonly action: 'create' | 'change' | 'none' | 'delete'
  /** Where it differs, if it is changed. */
  readonly fields: readonly FieldChange[]
}

/** What was done, or would be. */
export interface Applied {
  readonly dryRun: boolean
  readonly changes: readonly Change[]
}

interface Options {
  /** Nothing is kept. */
  readonly dryRun: boolean
  /** What the document does not name is deleted. */
  readonly prune: boolean
}

/** An entry, and what is to become of it. */
interface Step extends Entry {
  readonly plan: Plan
  readonly change: Change
}

/** Everything that is on offer as one document: given out, and made true again. */
export function createBulk(given: Pick<Given, 'catalog' | 'jsonLd' | 'dataPlane' | 'faultsOf' | 'openSource'>) {
  const kinds = bulkKinds(given)

  /** What there is, by kind and id. */
  async function readAll(on?: OpenShelves): Promise<ReadonlyMap<BulkKind, ReadonlyMap<string, Thing>>> {
    const found = new Map<BulkKind, ReadonlyMap<string, Thing>>()
    for (const kind of kinds) found.set(kind, new Map((await kind.list(on)).map(thing => [thing.id, thing])))
    return found
  }

  async function document(): Promise<JsonObject> {
    const all = await readAll()
    const graph = [...all].flatMap(([kind, things]) => [...things.values()].map(kind.write))
    return { '@context': context, '@graph': graph }
  }

  async function planStep(entry: Entry, before: Thing | undefined): Promise<Step> {
    const { kind, id, node } = entry
    const plan = await kind.plan(node, id, before)
    const fields = plan.before ? diff(plan.before, plan.after) : []
    const action = !plan.before ? 'create' : fields.length > 0 ? 'change' : 'none'
    return { ...entry, plan, change: { kind: kind.type, id, action, fields } }
  }

  /**
   * Makes the catalogue what a document says, in one transaction. What is read and judged is read before it, so that it is short;
   * whatever was changed meanwhile makes it a `conflict`. Throws `invalid` with the places of the document that are not right.
   */
  async function apply(said: Document, { dryRun, prune }: Options): Promise<Applied> {
    const entries = await readEntries(said, kinds, given.jsonLd)
    const before = await readAll()
    const steps = await everyPlace(
      entries,
      entry => planStep(entry, before.get(entry.kind)?.get(entry.id)),
      ({ place }) => place,
    )
    const unnamed = prune ? findUnnamed(before, steps) : []
    const changes = [
      ...steps.map(({ change }) => change),
      ...unnamed.map(([kind, id]): Change => ({ kind: kind.type, id, action: 'delete', fields: [] })),
    ]

    const work = async (shelves: OpenShelves): Promise<void> => {
      if (!isDeepStrictEqual(await readAll(shelves), before))
        throw conflict('The catalogue was changed while the document was read: apply it again.')
      for (const kind of kinds)
        for (const { plan, place } of steps.filter(step => step.kind === kind && step.change.action !== 'none'))
          await atPlace(place, () => plan.keep(shelves))
      // The other way round: what refers to something goes before it.
      for (const [kind, id] of unnamed.toReversed()) await kind.remove(shelves, id)
      if (dryRun) throw new Undo()
    }

    await given.catalog.change(work).catch(error => {
      if (!(error instanceof Undo)) throw error
    })
    return { dryRun, changes }
  }

  return { document, apply }
}

/** All went well, and nothing of it is to be kept. */
class Undo extends Error {}

function findUnnamed(
  before: ReadonlyMap<BulkKind, ReadonlyMap<string, Thing>>,
  steps: readonly Step[],
): readonly (readonly [BulkKind, string])[] {
  const named = new Set(steps.map(({ kind, id }) => `${kind.type} ${id}`))
  return [...before].flatMap(([kind, things]) =>
    [...things.keys()].filter(id => !named.has(`${kind.type} ${id}`)).map(id => [kind, id] as const),
  )
}
