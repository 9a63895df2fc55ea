import { type LabDataset, readDatasets } from '../datasets.ts'
import type { Lab } from '../lab.ts'
import type { Participant } from '../participant.ts'
import { labelledMembers, members, partners, publish, type Terms } from '../publish.ts'
import type { Stage } from '../stage.ts'
import { admit } from './admit.ts'
import { browse } from './browse.ts'
import { type Contract, contract } from './contract.ts'
import { expel } from './expel.ts'
import { refuseUnlabelled, showLabels } from './label.ts'
import { refuse } from './refuse.ts'
import { stop } from './stop.ts'
import { transfer } from './transfer.ts'
import { duration } from './words.ts'

/** The main job, told as it happens: everything goes over HTTP, and through management APIs only. Throws where it goes wrong. */
export async function playStory(lab: Lab, stage: Stage): Promise<Contract> {
  const { provider, consumer, stranger, authority, house } = lab
  const began = performance.now()
  if (authority) await admit(stage, authority, [provider, consumer])
  if (house) await showLabels(stage, [provider, consumer])
  const datasets = await readDatasets()
  await offer(stage, provider, datasets, termsIn(lab))

  const catalog = await browse(stage, consumer, provider)
  const largest = largestOf(datasets)
  const dataset = catalog.dataset.find(({ '@id': id }) => id === largest.id)
  if (!dataset) throw new Error(`${largest.id} is not in the catalogue`)
  const choice = { catalog, dataset }

  const agreed = await contract(stage, consumer, provider, choice)
  const running = await transfer(stage, lab, agreed, largest)
  stage.chapter(`${stranger.name}, who is no ${authority ? 'member' : 'partner'}, asks for the same`)
  await refuse(stage, stranger, provider, choice)
  if (authority && house) await refuseUnlabelled(stage, authority, stranger, provider, choice)
  await stop(stage, lab, running)
  if (authority) await expel(stage, authority, consumer, provider, choice)

  stage.verdict(`All as it should be, in ${duration(performance.now() - began)}.`, 'green')
  return agreed
}

const termsIn = ({ authority, house }: Lab): Terms => (house ? labelledMembers : authority ? members : partners)

async function offer(stage: Stage, provider: Participant, datasets: readonly LabDataset[], terms: Terms) {
  stage.chapter(`${provider.name} publishes data about electricity`)
  const began = performance.now()
  await publish(provider, datasets, terms)
  stage.fact('published', `${datasets.length} datasets: ${terms.whom} may use them`, {
    right: duration(performance.now() - began),
    style: 'green',
  })
}

/** So that a download has something to do. */
function largestOf(datasets: readonly LabDataset[]): LabDataset {
  const [largest] = datasets.toSorted((a, b) => b.bytes - a.bytes)
  if (!largest) throw new Error('there are no datasets')
  return largest
}
