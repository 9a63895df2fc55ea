import { isJsonObject, type JsonObject } from '../jsonld/index.ts'
import type { MessageType } from './messages.ts'

type Change = (value: unknown) => unknown

/** Normalises the policies in a message, wherever its type has them. Whatever has another form than it should is left to the schema. */
export function createNormalise(normalisePolicy: Change): (type: MessageType, message: JsonObject) => unknown {
  const policy: Change = value => (isJsonObject(value) ? normalisePolicy(value) : value)
  // In a catalogue the protocol lets offers go without a type.
  const offer: Change = value =>
    isJsonObject(value) ? { '@type': 'Offer', ...asObject(normalisePolicy(value)) } : value

  const offers = at('hasPolicy', each(offer))
  const dataset = both(offers, at('distribution', each(offers)))
  const catalog: Change = value =>
    both(at('dataset', each(dataset)), both(at('catalog', each(catalog)), at('distribution', each(offers))))(value)

  const changes: { readonly [T in MessageType]?: Change } = {
    ContractRequestMessage: at('offer', policy),
    ContractOfferMessage: at('offer', policy),
    ContractAgreementMessage: at('agreement', policy),
    Catalog: catalog,
    Dataset: dataset,
  }
  return (type, message) => changes[type]?.(message) ?? message
}

const at =
  (key: string, change: Change): Change =>
  value =>
    isJsonObject(value) && key in value ? { ...value, [key]: change(value[key]) } : value

const each =
  (change: Change): Change =>
  value =>
    Array.isArray(value) ? value.map(change) : value

const both =
  (first: Change, second: Change): Change =>
  value =>
    second(first(value))

const asObject = (value: unknown): JsonObject => (isJsonObject(value) ? value : {})
