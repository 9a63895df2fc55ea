import { HOUSE } from './cast.ts'
import { asCurl, examples, fetchLines, preparation } from './examples.ts'
import { createLab, type Lab } from './lab.ts'
import type { LabSettings } from './settings.ts'
import { createStage, type Stage } from './stage.ts'
import type { Contract } from './story/contract.ts'
import { playStory } from './story/index.ts'
import { duration } from './story/words.ts'

/**
 * Starts a lab, plays the story in the terminal, and stays up until `stopped`, unless it is not to `stay`. Throws where
 * the story goes wrong; the log files are left then, otherwise nothing is.
 */
export async function runLab(given: {
  stay: boolean
  identity: LabSettings['identity']
  portBase?: number | undefined
  stopped: Promise<void>
}): Promise<void> {
  const { stay, identity, portBase, stopped } = given
  const stage = createStage({ out: process.stdout, environment: process.env })
  stage.title(
    'Kontor lab',
    `A data space in one process: ${identity === 'dcp' ? 'three connectors and an authority' : 'three connectors'}, each with its own database, keys and ports${identity === 'dcp' ? '; and a Gaia-X clearing house' : ''}.`,
  )
  const lab = await createLab({
    identity,
    portBase,
    labels: identity === 'dcp',
    onStarted: ({ name, part, urls }, ms) =>
      stage.fact(name, `${part.padEnd(9)}  ${urls.protocol}`, { right: duration(ms) }),
  })
  if (lab.house) stage.fact(HOUSE, `clearing   ${new URL(lab.house.urls.compliance).origin}`)
  let failed = true
  try {
    const contract = await Promise.race([playStory(lab, stage), stopped])
    if (contract && stay) {
      tellHowToGoOn(stage, lab, contract)
      await stopped
    }
    failed = false
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    throw new Error(`The story went wrong: ${what}. The log files are in ${lab.directory}.`, { cause: error })
  } finally {
    await lab.stop(failed)
  }
  if (stay) stage.verdict('Stopped. Nothing is left behind.', 'dim')
}

function tellHowToGoOn(stage: Stage, lab: Lab, contract: Contract): void {
  stage.section('It stays up until Ctrl-C. The management APIs, and the keys for x-api-key:')
  for (const { name, urls, key } of lab.participants) stage.fact(name, `${urls.management}/management  ${key}`)
  stage.fact('log files', `${lab.directory}/*.log`)
  stage.section('To try it yourself, paste this first:')
  stage.verbatim(preparation(lab, contract))
  for (const example of examples(lab, contract)) {
    stage.section(`${example.title}:`)
    stage.verbatim(asCurl(example))
  }
  stage.section('Its data, as a file:')
  stage.verbatim(fetchLines(lab, 'prices.json'))
}
