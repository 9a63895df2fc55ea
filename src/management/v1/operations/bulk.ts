import { get, post } from '../../operation.ts'
import { among, anything, flag, listOf, meaning, named, record, text } from '../../schemas.ts'
import { EDC } from '../../v3/words.ts'
import { shapes } from '../shapes.ts'

const document = named('BulkDocument', record({ '@context': anything, '@graph': listOf({ type: 'object' }) }))

const change = record({
  kind: among('Asset', 'PolicyDefinition', 'ContractDefinition'),
  id: text,
  action: among('create', 'change', 'none', 'delete'),
  fields: listOf(
    record({
      path: meaning('JSON pointer into the object, as an export shows it.', text),
      before: meaning('Null if it was not there; secrets are masked.', anything),
      after: meaning('Null if it is there no more.', anything),
    }),
  ),
})
const applied = named('Applied', record({ dryRun: flag, changes: listOf(change) }))

const example = {
  '@context': { '@vocab': EDC },
  '@graph': [
    {
      '@type': 'PolicyDefinition',
      '@id': 'use',
      policy: { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set', permission: [{ action: 'use' }] },
    },
    {
      '@type': 'Asset',
      '@id': 'wind',
      properties: { name: 'Wind power, hourly' },
      dataAddress: { type: 'HttpData', baseUrl: 'https://data.example/wind.csv' },
    },
    {
      '@type': 'ContractDefinition',
      '@id': 'public',
      accessPolicyId: 'use',
      contractPolicyId: 'use',
      assetsSelector: [{ operandLeft: 'id', operator: '=', operandRight: 'wind' }],
    },
  ],
}

const exporting = `One document in JSON-LD, or in YAML with \`format=yaml\`. Values of data addresses that are secrets stand there as
\`[secret]\`. Applied to another connector it makes the same catalogue.`

const applying = `The objects of \`@graph\` are bodies as \`/management/v3\` takes them, each with its \`@type\` and \`@id\`. What is not there yet
is created, what differs is changed, what is the same is left alone: applying a document twice changes nothing. With \`prune\` what the
document does not name is deleted. All of it is one transaction; with \`dryRun\` nothing is kept. \`[secret]\` stands for the value that is
there already.`

/** Everything on offer as one document. */
// biome-ignore format: a table is read by its columns
export const bulkOperations = {
  exportCatalog: get( '/export', shapes.export, document, 'Gives all assets, policies and contract definitions as one document', { description: exporting, givesTypes: ['application/json', 'application/yaml'] }),
  applyDocument: post('/apply',  shapes.apply,  applied,  'Makes the catalogue what a document says', { description: applying, query: shapes.applying, takesDocument: true, example }),
} as const
