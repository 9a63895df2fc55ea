import { compileCriteria, datasetField } from '../../catalog/index.ts'
import type { CatalogField } from '../../federation/index.ts'
import type { Given } from '../given.ts'
import type { Handler } from './answer.ts'
import { cannotSort, type Fields, readConditions, wordOf } from './process-query.ts'
import { type Criterion, readQuery, toHouse } from './query.ts'

// biome-ignore format: a table is read by its columns
const fields: Fields<CatalogField> = {
  id:            { field: 'id'          },
  '@id':         { field: 'id'          },
  participantId: { field: 'participant' },
  originator:    { field: 'address'     },
}

/** Words that the EDC puts before the properties of a catalogue's datasets. */
const OF_DATASETS = /^(?:dcat:)?datasets?\./

/**
 * Catalogues of others that are kept here, as EDC's `catalogs`. Whose they are, their id and their `originator` choose among catalogues, everything else
 * among datasets: catalogues are shown with those alone.
 */
export function catalogsHandlers({ federation }: Pick<Given, 'federation'>) {
  const list: Handler = async ({ body }) => {
    const { offset, limit, sortField, order, criteria } = readQuery(body)
    if (sortField !== undefined && wordOf(sortField) !== 'participantId') throw cannotSort(['participantId'])
    const ofCatalogs = criteria.filter(({ left }) => Object.hasOwn(fields, wordOf(left)))
    const ofDatasets = criteria.filter(({ left }) => !Object.hasOwn(fields, wordOf(left))).map(ofDataset)
    return federation.find({
      offset,
      limit,
      order: order ?? 'asc',
      where: readConditions(ofCatalogs, fields),
      matcher: ofDatasets.length === 0 ? undefined : compileCriteria(ofDatasets, datasetField, '/filterExpression'),
    })
  }

  return { list }
}

const ofDataset = (criterion: Criterion) => {
  const house = toHouse(criterion)
  return { ...house, operandLeft: house.operandLeft.replace(OF_DATASETS, '') }
}
