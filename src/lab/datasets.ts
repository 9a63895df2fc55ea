import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { datasetsFolder } from './settings.ts'

/** A dataset that comes with Kontor. */
export interface LabDataset {
  readonly id: string
  /** In the folder of the datasets. */
  readonly file: string
  readonly title: string
  readonly description: string
  readonly keywords: readonly string[]
  /** Whose data it is. */
  readonly creator: string
  /** The licence's IRI, and what it is called. */
  readonly license: string
  readonly licenseName: string
  readonly bytes: number
}

/** The datasets that come with Kontor, as `examples/datasets/datasets.json` describes them. */
export async function readDatasets(): Promise<readonly LabDataset[]> {
  const described: Omit<LabDataset, 'bytes'>[] = JSON.parse(
    await readFile(join(datasetsFolder, 'datasets.json'), 'utf8'),
  )
  return Promise.all(described.map(async one => ({ ...one, bytes: (await stat(join(datasetsFolder, one.file))).size })))
}
