import { type LabDataset, readDatasets } from '../datasets.ts'
import type { Lab } from '../lab.ts'
import { publish } from '../publish.ts'
import type { Stage } from '../stage.ts'
import { browse } from './browse.ts'
import { type Contract, contract } from './contract.ts'
import { refuse } from './refuse.ts'
import { stop } from './stop.ts'
import { transfer } from './transfer.ts'
import { duration } from './words.ts'

/** The main job, told as it happens: everything goes over HTTP, and through management APIs only. Throws where it goes wrong. */
export async function playStory(lab: Lab, stage: Stage): Promise<Contract> {
  const { provider, consumer, stranger } = lab
  const began = performance.now()
  const datasets = await readDatasets()

  stage.chapter(`${provider.name} publishes data about electricity`)
  await publish(provider, datasets)
  stage.fact('published', `${datasets.length} datasets: everybody may see them, partners may use them`, {
    right: duration(performance.now() - began),
    style: 'green',
  })

  const catalog = await browse(stage, consumer, provider)
  const largest = largestOf(datasets)
  const dataset = catalog.dataset.find(({ '@id': id }) => id === largest.id)
  if (!dataset) throw new Error(`${largest.id} is not in the catalogue`)
  const choice = { catalog, dataset }

  const agreed = await contract(stage, consumer, provider, choice)
  const running = await transfer(stage, lab, agreed, largest)
  await refuse(stage, stranger, provider, choice)
  await stop(stage, lab, running)

  stage.verdict(`All as it should be, in ${duration(performance.now() - began)}.`, 'green')
  return agreed
}

/** So that a download has something to do. */
function largestOf(datasets: readonly LabDataset[]): LabDataset {
  const [largest] = datasets.toSorted((a, b) => b.bytes - a.bytes)
  if (!largest) throw new Error('there are no datasets')
  return largest
}
