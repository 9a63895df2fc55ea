import type { Safe } from '../keys/index.ts'
import type { SourceAddress } from '../signaling/index.ts'

/** A text of a source address as it is kept. No document in JSON-LD can bring one along: the name looks like a keyword of its own. */
interface Sealed {
  readonly '@sealed': string
}

/** Whether a value of a source address is one that was sealed. */
export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && '@sealed' in value && typeof value['@sealed'] === 'string'

/** Properties that carry keys. */
const carriesKey = (name: string): boolean => name === 'authCode' || name.startsWith('header:')

/** Makes source addresses fit to be kept, and fit to be used again. */
export interface SourceSeal {
  /** The same address, its keys sealed: for this dataset, and for their places. What is sealed stays as it is. */
  seal(address: SourceAddress, datasetId: string): SourceAddress
  /** The address as it was given. Throws a plain Error if somebody has changed what was sealed. */
  open(address: SourceAddress, datasetId: string): Promise<SourceAddress>
}

/** Seals with the data keys of the database's safe. */
export function createSourceSeal(safe: Safe): SourceSeal {
  const contextOf = (datasetId: string, name: string): string => `source ${name} ${datasetId}`

  return {
    seal(address, datasetId) {
      const entries = Object.entries(address).map(([name, value]) => {
        if (!carriesKey(name) || typeof value !== 'string') return [name, value]
        const sealed = safe.seal(Buffer.from(value), contextOf(datasetId, name)).toString('base64')
        return [name, { '@sealed': sealed } satisfies Sealed]
      })
      return { ...Object.fromEntries(entries), type: address.type }
    },

    async open(address, datasetId) {
      const sealed = Object.entries(address).flatMap(([name, value]) => (isSealed(value) ? [{ name, value }] : []))
      const opened = sealed.map(async ({ name, value }) => {
        const plain = await safe.open(Buffer.from(value['@sealed'], 'base64'), contextOf(datasetId, name))
        return [name, plain.toString()] as const
      })
      return { ...address, ...Object.fromEntries(await Promise.all(opened)) }
    },
  }
}
