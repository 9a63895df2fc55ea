import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ClearingHouse, startClearingHouse } from '../src/clearing-house/index.ts'
import { standardGaiaX } from '../src/config/index.ts'
import { createValidation } from '../src/gaiax/validate.ts'
import { createJsonLd, type JsonObject } from '../src/jsonld/index.ts'
import { freePort } from '../test/support/ports.ts'
import { acquaintances, connectorProcess } from '../test/support/processes.ts'
import { median, timed } from './support/numbers.ts'
import type { Part } from './support/part.ts'
import { usageOf } from './support/usage.ts'

/** How long a connector that has nothing to do is left alone before its memory is looked at, ms. */
const REST = 5_000

/** What Gaia-X costs at the start of a connector, how long it takes until it has a label, and how long a self-description is held against the shapes. */
const part: Part = {
  name: 'gaiax',
  async run({ directory, nodeOptions, quick, measured }) {
    const house = await startClearingHouse({ algorithm: 'ES256' })
    try {
      const [without] = await connectorWith(directory, 'without', undefined, nodeOptions)
      const [labelled, url] = await connectorWith(directory, 'labelled', house, nodeOptions)
      const times = quick ? 1 : 5
      await without.start()
      await labelled.start()
      measured({ name: 'from the first answer to the label', value: await untilLabelled(url), unit: 's' })
      await Promise.all([without.stop(), labelled.stop()])

      const [off, on] = [await starts(without, times), await starts(labelled, times)]
      measured({ name: 'ready, existing database, without Gaia-X', value: off.seconds, unit: 's' })
      measured({ name: 'ready, existing database, with Gaia-X', value: on.seconds, unit: 's' })
      measured({ name: 'what a start costs more', value: on.seconds - off.seconds, unit: 's', target: { atMost: 1 } })
      measured({ name: 'memory more', value: on.memory - off.memory, unit: 'MiB', target: { atMost: 60 } })
      await validations(measured)
    } finally {
      await house.stop()
    }
  },
}
export default part

type Process = Awaited<ReturnType<typeof connectorProcess>>

/** A connector with a DID, and, where there is a house, with a self-description; and its URL. */
async function connectorWith(
  directory: string,
  id: string,
  house: ClearingHouse | undefined,
  nodeOptions: readonly string[],
): Promise<readonly [Process, url: string]> {
  const ports = [await freePort(), await freePort(), await freePort()] as const
  const own = join(directory, id)
  await mkdir(own, { recursive: true })
  const settings = {
    participant: { id: `did:web:127.0.0.1%3A${ports[0]}` },
    identity: { mode: 'dcp', dcp: { plainHttp: ['127.0.0.1'], required: [] } },
    ...(house && { gaiaX: await selfDescription(house, own) }),
  }
  const running = { settings, ports, nodeOptions, log: 'file', files: directory } as const
  const connector = await connectorProcess(id, own, acquaintances([id]), running)
  return [connector, connector.origins.protocol]
}

async function selfDescription(house: ClearingHouse, folder: string): Promise<object> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const chain = await house.certify({ publicKey: publicKey.export({ format: 'jwk' }), hosts: ['127.0.0.1'] })
  const [certificates, trustAnchors] = [join(folder, 'chain.pem'), join(folder, 'anchors.pem')]
  await writeFile(certificates, chain)
  await writeFile(trustAnchors, house.anchor)
  const { notary, compliance } = house.urls
  return {
    mode: 'on',
    legalName: 'Bench SE',
    legalAddress: { countryCode: 'DE' },
    registrationNumbers: [{ kind: 'vat-id', value: 'DE900000006', countryCode: 'DE' }],
    consent: {
      by: 'Anna Bench',
      at: '2026-01-01T00:00:00Z',
      version: '4bd7554097444c960292b4726c2efa1373485e8a5565d94d41195214c5e0ceb3',
    },
    serviceTerms: { url: 'https://example.org/terms', sha256: 'a'.repeat(64) },
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    certificates,
    trustAnchors,
    trustedIssuers: [{ id: house.dids.notary }, { id: house.dids.compliance }],
    notary,
    compliance,
  }
}

/** Seconds until the label can be had. */
async function untilLabelled(url: string): Promise<number> {
  const { ms } = await timed(async () => {
    while (!(await fetch(`${url}/gaia-x/credentials/label`)).ok) await sleep(10)
  })
  return ms / 1_000
}

/** Medians of several starts, and the memory after the first. */
async function starts(connector: Process, times: number): Promise<{ seconds: number; memory: number }> {
  const seconds: number[] = []
  let memory = 0
  for (let time = 0; time < times; time++) {
    seconds.push((await timed(() => connector.start())).ms / 1_000)
    if (time === 0) {
      await sleep(REST)
      memory = (await usageOf(connector.pid)).connector.rss
    }
    await connector.stop()
  }
  return { seconds: median(seconds), memory }
}

const PERSON = {
  '@context': ['https://www.w3.org/ns/credentials/v2', standardGaiaX.context],
  credentialSubject: {
    id: 'https://bench.example/legal-person#cs',
    type: 'gx:LegalPerson',
    'gx:registrationNumber': { type: 'gx:VatID', 'gx:vatID': 'DE900000006' },
    'gx:legalAddress': { type: 'gx:Address', 'gx:countryCode': 'DE' },
    'gx:headquartersAddress': { type: 'gx:Address', 'gx:countryCode': 'DE' },
  },
} satisfies JsonObject

/** The first validation loads the shapes; those after it do not. */
async function validations(measured: Parameters<Part['run']>[0]['measured']): Promise<void> {
  const validation = createValidation(createJsonLd(), standardGaiaX)
  const once = async () => (await timed(() => validation.validate([PERSON]))).ms
  measured({ name: 'validation, the first', value: await once(), unit: 'ms' })
  const more: number[] = []
  for (let time = 0; time < 30; time++) more.push(await once())
  measured({ name: 'validation, later', value: median(more), unit: 'ms', target: { atMost: 20 } })
  await validation.close()
}
