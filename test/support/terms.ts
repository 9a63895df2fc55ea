import type { Test } from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { LabOptions, Participant } from '../../src/lab/index.ts'
import { becomeMember } from '../../src/lab/story/admit.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { knock, type Way, wayOf } from '../../src/lab/story/transfer.ts'
import { beginTransfer, type Happened, negotiate, otherPath } from './deals.ts'
import { startLab, type TestLab } from './lab.ts'

const inEdc = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }

/** A clock for everybody, put forward by hand. */
export function createClock() {
  let ahead = 0
  return {
    now: (): Date => new Date(Date.now() + ahead),
    forward(ms: number): void {
      ahead += ms
    },
  }
}

/** Puts a dataset on offer, to everybody, under these terms. More of the publication's properties may be given. */
export async function offer(
  provider: Participant,
  given: { id: string; source: object; terms: object; more?: object },
): Promise<void> {
  const { id, source, terms, more } = given
  await post(provider, '/v3/assets', { ...inEdc, '@id': id, properties: {}, dataAddress: source })
  const odrl = { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set' }
  const policies = { [`${id}-open`]: { permission: [{ action: 'use' }] }, [`${id}-terms`]: terms }
  for (const [name, policy] of Object.entries(policies))
    await post(provider, '/v3/policydefinitions', { ...inEdc, '@id': name, policy: { ...odrl, ...policy } })
  const selector = { operandLeft: `${inEdc['@context']['@vocab']}id`, operator: '=', operandRight: id }
  await post(provider, '/v3/contractdefinitions', {
    ...inEdc,
    '@id': `${id}-offer`,
    accessPolicyId: `${id}-open`,
    contractPolicyId: `${id}-terms`,
    assetsSelector: [selector],
    ...more,
  })
}

/** Permits use under these constraints. */
export const useIf = (...constraint: readonly object[]): object => ({ permission: [{ action: 'use', constraint }] })

/** A transfer that runs under the terms given, and its paths at both sides. */
export async function startUnder(
  t: Test,
  given: { terms: object; url: string; credentials?: readonly string[] } & Pick<
    LabOptions,
    'adjust' | 'surroundings' | 'identity'
  >,
): Promise<{ lab: TestLab; agreementId: string; paths: { consumer: string; provider: string } }> {
  const { terms, url, credentials, ...options } = given
  const lab = await startLab(t, options)
  await admitAll(lab, credentials)
  await offer(lab.provider, { id: 'data', source: { type: 'HttpData', baseUrl: url }, terms })
  const agreementId = await negotiate(lab, 'data')
  const consumer = await beginTransfer(lab, agreementId)
  await reach(lab.consumer, consumer, 'STARTED')
  const provider = await otherPath(lab.consumer, consumer)
  await reach(lab.provider, provider, 'STARTED')
  return { lab, agreementId, paths: { consumer, provider } }
}

/** Provider and consumer become members, or get these credentials, where there is an authority that issues them. */
export async function admitAll({ authority, provider, consumer }: TestLab, types?: readonly string[]): Promise<void> {
  if (authority) await Promise.all([provider, consumer].map(member => becomeMember(member, authority, types)))
}

/** Begins to read the data of a transfer, and tells how that ends. */
export async function read(consumer: Participant, path: string) {
  const response = await knock(await wayOf(consumer, path))
  const reader = response.body?.getReader()
  const first = await reader?.read()
  const rest = async () => {
    for (;;) if ((await reader?.read())?.done) return 'complete'
  }
  return { first: new TextDecoder().decode(first?.value), rest: rest().catch(() => 'broken off') }
}

/** The status and text with which a request for data is answered. */
export async function answerOf(way: Way): Promise<{ status: number; text: string }> {
  const response = await knock(way)
  return { status: response.status, text: await response.text() }
}

/** What the journal of a negotiation or transfer has noted by this actor. */
export async function notedBy(who: Participant, path: string, actor: string) {
  const { items } = await get<{ items: readonly (Happened & { actor: string; at: string; detail: unknown })[] }>(
    who,
    `${path}/history`,
  )
  return items.filter(item => item.actor === actor)
}
