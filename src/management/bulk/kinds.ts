import type { Dataset, Draft, OpenShelves, PolicyDefinition, Publication, Shelf } from '../../catalog/index.ts'
import { invalid } from '../../errors.ts'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import type { Given } from '../given.ts'
import { assetKind } from '../v3/assets.ts'
import { contractDefinitionKind } from '../v3/contract-definitions.ts'
import type { Node } from '../v3/node.ts'
import { policyDefinitionKind } from '../v3/policy-definitions.ts'
import type { Kind } from '../v3/shelf.ts'
import { version4 } from '../v4/version.ts'
import type { View } from './diff.ts'

/** What is kept in the catalogue, whichever kind it is of. */
export type Thing = Dataset | PolicyDefinition | Publication

/** What one entry of a document is to become. */
export interface Plan {
  readonly before: View | undefined
  readonly after: View
  /** Writes it; throws what the shelf throws. */
  keep(shelves: OpenShelves): Promise<void>
}

/** One kind of thing, as documents speak of it. */
export interface BulkKind {
  readonly type: 'Asset' | 'PolicyDefinition' | 'ContractDefinition'
  /** All that there is of it, as a document shows it, and as it stands in the catalogue. */
  list(on?: OpenShelves): Promise<readonly Thing[]>
  write(thing: Thing): JsonObject
  /** Throws `invalid`. */
  plan(node: Node, id: string, before: Thing | undefined): Promise<Plan>
  remove(shelves: OpenShelves, id: string): Promise<void>
}

type Services = Pick<Given, 'catalog' | 'jsonLd' | 'dataPlane' | 'faultsOf' | 'openSource'>

/** What documents look like: of all versions the one that people read most easily. */
const dress = version4('/v4')

/** What the words of a document mean. */
export const context: unknown = dress.answer({})['@context']

/** More than there ever is. */
const ALL = { limit: 2_147_483_647 }

/** Every kind, in the order in which things can be created: what comes later refers to what came before. */
export function bulkKinds(given: Services): readonly BulkKind[] {
  const { policies, datasets, publications } = given.catalog

  /** An asset with the keys in its data address, to be compared. */
  async function withKeys(shown: JsonObject, { id, source }: Draft<Dataset>): Promise<JsonObject> {
    const { privateProperties: _, ...address } = await given.openSource(source, id)
    return { ...shown, dataAddress: { '@type': 'DataAddress', ...address } }
  }

  return [
    bulkKind<PolicyDefinition>('PolicyDefinition', {
      kind: policyDefinitionKind(given, dress),
      shelf: policies,
      open: shelves => shelves.policies,
    }),
    bulkKind<Dataset>('Asset', {
      kind: assetKind(given, dress),
      shelf: datasets,
      open: shelves => shelves.datasets,
      reveal: withKeys,
    }),
    bulkKind<Publication>('ContractDefinition', {
      kind: contractDefinitionKind(given, dress),
      shelf: publications,
      open: shelves => shelves.publications,
      demand: demandPolicies,
    }),
  ]
}

function bulkKind<T extends Thing>(
  type: BulkKind['type'],
  given: {
    readonly kind: Kind<T>
    readonly shelf: Shelf<T>
    readonly open: (
      shelves: OpenShelves,
    ) => Pick<Shelf<T>, 'replace' | 'remove' | 'list'> & { create(draft: Draft<T>): Promise<T> }
    /** What is shown, with its secrets. */
    readonly reveal?: (shown: JsonObject, thing: Draft<T>) => Promise<JsonObject>
    /** What must be there before it. Throws `invalid`. */
    readonly demand?: (shelves: OpenShelves, thing: Draft<T>) => Promise<void>
  },
): BulkKind {
  const { kind, shelf, open, reveal = async shown => shown, demand } = given

  async function view(thing: Draft<T>): Promise<View> {
    // When it was created is not shown.
    const shown = asJson(outline(kind.write({ ...thing, createdAt: new Date(0) } as T)))
    return { shown, plain: asJson(await reveal(shown, thing)) }
  }

  return {
    type,
    // Things of a kind come from its own shelf, and from no other.
    write: thing => outline(kind.write(thing as T)),
    list: on => (on ? open(on) : shelf).list(ALL),
    async plan(node, id, before) {
      const draft = await kind.read(node, id, before as T | undefined)
      return {
        before: before && (await view(before as T)),
        after: await view(shelf.preview(draft)),
        async keep(shelves) {
          await demand?.(shelves, draft)
          await (before ? open(shelves).replace(draft) : open(shelves).create(draft))
        },
      }
    },
    remove: (shelves, id) => open(shelves).remove(id),
  }
}

/** A document says all at once, so a policy that neither it nor the catalogue has is a slip. */
async function demandPolicies(shelves: OpenShelves, publication: Draft<Publication>): Promise<void> {
  for (const name of ['accessPolicyId', 'contractPolicyId', 'boundsPolicyId'] as const) {
    const id = publication[name]
    if (!id || (await shelves.policies.find(id))) continue
    const message = `There is no policy definition with the id ${JSON.stringify(id)}: create it first.`
    throw invalid(message, { faults: [{ path: `/${name}`, message }] })
  }
}

/** As it will be read from the database. */
const asJson = (value: JsonObject): JsonObject => JSON.parse(JSON.stringify(value))

/** As a document has it: the context is said once for all, and times of creation are the catalogue's own business. */
function outline({ '@context': _context, createdAt: _createdAt, ...thing }: JsonObject): JsonObject {
  const { properties } = thing
  if (!isJsonObject(properties)) return thing
  const { id: _id, ...others } = properties
  return { ...thing, properties: others }
}
