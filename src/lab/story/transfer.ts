import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { get, post } from '../api.ts'
import type { LabDataset } from '../datasets.ts'
import type { Lab } from '../lab.ts'
import type { Participant } from '../participant.ts'
import { datasetsFolder } from '../settings.ts'
import type { Stage } from '../stage.ts'
import { catalogRequest } from './browse.ts'
import type { Contract } from './contract.ts'
import { reach, type Standing, tellHistory } from './follow.ts'
import { duration, size } from './words.ts'

/** Where data is fetched, and the token that opens it. */
export interface Way {
  readonly endpoint: string
  readonly token: string
}

/** How a transfer is asked for under an agreement. */
export const transferRequest = (provider: Participant, { agreementId }: Pick<Contract, 'agreementId'>) => ({
  ...catalogRequest(provider),
  contractId: agreementId,
  transferType: 'HttpData-PULL',
})

/** Transfers a dataset into a file, tells of it, and throws unless it is the very file that was published. */
export async function transfer(
  stage: Stage,
  { consumer, provider, directory }: Lab,
  agreed: Contract,
  { file }: LabDataset,
): Promise<Standing> {
  stage.chapter(`${consumer.name} transfers the data`)
  const { '@id': id } = await post<{ '@id': string }>(
    consumer,
    '/v3/transferprocesses',
    transferRequest(provider, agreed),
  )
  const path = `/v1/transfers/${id}`
  const started = await reach<Standing>(consumer, path, 'STARTED')
  await tellHistory(stage, consumer, path, {
    REQUESTED: `${consumer.name} asks for the data under the agreement`,
    STARTED: `${provider.name} tells where to fetch it, with an access token`,
  })

  const began = performance.now()
  const target = join(directory, file)
  const { bytes, digest } = await download(await wayOf(consumer, path), target)
  stage.fact('received', `${size(bytes)} as ${target}`, { right: duration(performance.now() - began), style: 'green' })
  if (digest !== (await digestOf(join(datasetsFolder, file)))) throw new Error(`${target} is not what was published`)
  stage.fact('SHA-256', digest, { style: 'green' })
  stage.aside('the same as that of the published file')
  return started
}

/** Where the data of a transfer can be fetched now. */
export async function wayOf(consumer: Participant, path: string): Promise<Way> {
  const { dataAddress } = await get<{
    dataAddress: { endpoint: string; endpointProperties: { name: string; value: string }[] }
  }>(consumer, `${path}/edr?fresh=true`)
  const token = dataAddress.endpointProperties.find(({ name }) => name === 'authorization')?.value ?? ''
  return { endpoint: dataAddress.endpoint, token }
}

/** Knocks at the data plane. */
export const knock = ({ endpoint, token }: Way): Promise<Response> =>
  fetch(endpoint, { headers: { authorization: `Bearer ${token}` } })

async function download(way: Way, target: string): Promise<{ bytes: number; digest: string }> {
  const response = await knock(way)
  if (!response.ok || !response.body)
    throw new Error(`the data was answered ${response.status}: ${await response.text()}`)
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(
    Readable.fromWeb(response.body),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        bytes += chunk.length
        hash.update(chunk)
        yield chunk
      }
    },
    createWriteStream(target),
  )
  return { bytes, digest: hash.digest('hex') }
}

async function digestOf(file: string): Promise<string> {
  const hash: Hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
