import { post } from './api.ts'
import { PARTNERS } from './cast.ts'
import type { LabDataset } from './datasets.ts'
import type { Participant } from './participant.ts'

const EDC = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }

/** The authority table of the EU says what data is about: this is energy. */
const ENERGY = 'http://publications.europa.eu/resource/authority/data-theme/ENER'

/** Who may use the data, in a policy's words and in ours. */
export interface Terms {
  /** The policy's id. */
  readonly id: string
  readonly whom: string
  readonly constraints: readonly object[]
}

/** Members of a group, where the provider has been told who is in which. */
export const partners: Terms = {
  id: 'partners',
  whom: 'partners',
  constraints: [{ leftOperand: 'urn:kontor:group', operator: 'eq', rightOperand: PARTNERS }],
}

/** Whoever shows a valid membership. */
export const members: Terms = {
  id: 'members',
  whom: 'members',
  constraints: [{ leftOperand: 'urn:kontor:membership', operator: 'eq', rightOperand: 'active' }],
}

/** Members whom a clearing house has labelled, at whichever level. */
export const labelledMembers: Terms = {
  id: 'labelled-members',
  whom: 'members with a Gaia-X label',
  constraints: [...members.constraints, { leftOperand: 'gx:labelLevel', operator: 'gteq', rightOperand: 'SC' }],
}

/** Puts datasets on offer, through the management API: everybody who is let in may see them, some may use them. */
export async function publish(
  provider: Participant,
  datasets: readonly LabDataset[],
  { id, constraints }: Terms,
): Promise<void> {
  await Promise.all(datasets.map(dataset => post(provider, '/v3/assets', assetOf(dataset))))
  await post(provider, '/v3/policydefinitions', policyOf('open', []))
  await post(provider, '/v3/policydefinitions', policyOf(id, constraints))
  await post(provider, '/v3/contractdefinitions', {
    ...EDC,
    '@id': 'electricity',
    accessPolicyId: 'open',
    contractPolicyId: id,
    assetsSelector: [],
  })
}

function assetOf(dataset: LabDataset): object {
  const { id, file, title, description, keywords, creator, license, licenseName, bytes } = dataset
  return {
    ...EDC,
    '@id': id,
    properties: {
      'http://purl.org/dc/terms/title': title,
      'http://purl.org/dc/terms/description': description,
      'http://purl.org/dc/terms/creator': creator,
      'http://purl.org/dc/terms/license': { '@id': license },
      'http://purl.org/dc/terms/rights': `${licenseName}, ${creator}`,
      'http://www.w3.org/ns/dcat#keyword': keywords,
      'http://www.w3.org/ns/dcat#theme': { '@id': ENERGY },
      'http://www.w3.org/ns/dcat#byteSize': bytes,
    },
    dataAddress: { type: 'File', path: file },
  }
}

const policyOf = (id: string, constraint: readonly object[]): object => ({
  ...EDC,
  '@id': id,
  policy: {
    '@context': 'http://www.w3.org/ns/odrl.jsonld',
    '@type': 'Set',
    permission: [{ action: 'use', ...(constraint.length > 0 && { constraint }) }],
  },
})
