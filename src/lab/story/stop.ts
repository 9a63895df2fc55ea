import { post } from '../api.ts'
import type { Lab } from '../lab.ts'
import type { Stage } from '../stage.ts'
import { reach, type Standing } from './follow.ts'
import { knock, type Way, wayOf } from './transfer.ts'

/** The provider suspends a transfer, lets it go on, and ends it: the data plane obeys at once. Throws if it does not. */
export async function stop(stage: Stage, { consumer, provider }: Lab, { id, peerPid }: Standing): Promise<void> {
  stage.chapter(`${provider.name} suspends the transfer, resumes it, and ends it`)
  const path = `/v1/transfers/${id}`
  const command = (what: string, body: object) => post(provider, `/v1/transfers/${peerPid}/${what}`, body)
  const tell = (state: string, why: string) => stage.fact(state, `by ${provider.name}${why}`)
  const first = await wayOf(consumer, path)

  await command('suspend', { reason: 'the prices are being audited' })
  await reach(consumer, path, 'SUSPENDED')
  tell('SUSPENDED', ': the prices are being audited')
  stage.fact('GET data', await refusal(first), { style: 'red' })

  await command('resume', {})
  await reach(consumer, path, 'STARTED')
  const second = await wayOf(consumer, path)
  tell('STARTED', ', with a new token')
  stage.fact('GET data', await admission(second), { style: 'green' })

  await command('terminate', { reason: 'the audit found errors' })
  const { error } = await reach(consumer, path, 'TERMINATED')
  tell('TERMINATED', `: ${error}`)
  stage.fact('GET data', await refusal(second), { style: 'red' })
}

/** What the data plane has to say. Throws if it lets the data through. */
async function refusal(way: Way): Promise<string> {
  const response = await knock(way)
  if (response.ok) throw new Error('the data could still be had')
  const { detail } = (await response.json()) as { detail?: string }
  return `${response.status}: ${detail}`
}

async function admission(way: Way): Promise<string> {
  const response = await knock(way)
  await response.body?.cancel()
  if (!response.ok) throw new Error(`the data could not be had again: ${response.status}`)
  return `${response.status}: the data can be had again`
}
