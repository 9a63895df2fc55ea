import type { Safe } from '../keys/index.ts'
import type { SourceAddress } from './index.ts'
import { MASK, masked } from './masks.ts'

/** A value of a source address as it is kept. No document in JSON-LD can bring one along: the name looks like a keyword of its own. */
interface Sealed {
  readonly '@sealed': string
  /** What may be seen of it, if that is more than its name. */
  readonly shown?: string
  /** It is no text. */
  readonly json?: true
}

/** Whether a value of a source address is one that was sealed. */
export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && '@sealed' in value && typeof value['@sealed'] === 'string'

/** A value of a source address, sealed or not, as it may be seen. */
export const shownValue = (name: string, value: unknown): unknown =>
  isSealed(value) ? (value.shown ?? MASK) : masked(name, value)

/** Whether secrets lie in an address as they came. */
export const isPlain = (address: SourceAddress): boolean =>
  Object.entries(address).some(([name, value]) => !isSealed(value) && masked(name, value) !== value)

/** Makes source addresses fit to be kept, and fit to be used again. */
export interface SourceSeal {
  /** The same address, its secrets sealed: for this dataset, and for their places. What is sealed stays as it is. */
  seal(address: SourceAddress, datasetId: string): SourceAddress
  /** The address as it was given. Throws if somebody has changed what was sealed, or its key is not there. */
  open(address: SourceAddress, datasetId: string): Promise<SourceAddress>
}

/** Seals with the data keys of the database's safe. */
export function createSourceSeal(safe: Safe): SourceSeal {
  const contextOf = (datasetId: string, name: string): string => `source ${name} ${datasetId}`

  function sealValue(name: string, value: unknown, datasetId: string): unknown {
    const shown = masked(name, value)
    if (shown === value || value === undefined || isSealed(value)) return value
    const isText = typeof value === 'string'
    const sealed = safe.seal(Buffer.from(isText ? value : JSON.stringify(value)), contextOf(datasetId, name))
    return {
      '@sealed': sealed.toString('base64'),
      ...(shown !== MASK && { shown: String(shown) }),
      ...(!isText && { json: true as const }),
    } satisfies Sealed
  }

  return {
    seal(address, datasetId) {
      const entries = Object.entries(address).map(([name, value]) => [name, sealValue(name, value, datasetId)])
      return { ...Object.fromEntries(entries), type: address.type }
    },

    async open(address, datasetId) {
      const sealed = Object.entries(address).flatMap(([name, value]) => (isSealed(value) ? [{ name, value }] : []))
      const opened = sealed.map(async ({ name, value }) => {
        const text = (await safe.open(Buffer.from(value['@sealed'], 'base64'), contextOf(datasetId, name))).toString()
        return [name, value.json ? JSON.parse(text) : text] as const
      })
      return { ...address, ...Object.fromEntries(await Promise.all(opened)) }
    },
  }
}
