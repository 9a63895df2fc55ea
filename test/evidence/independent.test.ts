import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import type { Bundle } from '../../src/evidence/index.ts'
import { agree, both, type Party, until } from '../gaiax/agree.ts'
import { certificateAuthority } from '../gaiax/authority.ts'
import { participant } from '../gaiax/world.ts'
import { pythonWith } from '../support/python.ts'
import { dealt } from './dealt.ts'

const program = fileURLToPath(new URL('independent.py', import.meta.url))
const packages = ['joserfc==1.8.0', 'rfc8785==0.1.4', 'PyLD==3.3.0']
const odrl = new URL('../../contexts/odrl/2.2/context.jsonld', import.meta.url)

/** Evidence, and the DID documents of those who have signed what is in it. */
interface Judged {
  readonly bundle: unknown
  readonly documents: Readonly<Record<string, unknown>>
}

/** What is wrong with each, as libraries of others find it. */
async function judge(python: string, ...bundles: readonly Judged[]): Promise<readonly (readonly string[])[]> {
  const child = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const contexts = { 'http://www.w3.org/ns/odrl.jsonld': JSON.parse(readFileSync(odrl, 'utf8')) }
  child.stdin.end(JSON.stringify({ bundles, contexts }))
  return (await json(child.stdout)) as readonly (readonly string[])[]
}

const alone = (bundle: unknown): Judged => ({ bundle, documents: {} })

/** The evidence of an agreement that both sides have signed besides, by their DIDs. */
async function signedByBoth(t: Test): Promise<{ bundle: Bundle; documents: Record<string, unknown> }> {
  const authority = await certificateAuthority()
  const party = async (): Promise<Party> => {
    const world = await participant(t, authority)
    return { ...world, connector: await world.start() }
  }
  const [provider, consumer] = [await party(), await party()]
  const id = await agree(consumer, provider)
  for (const side of [provider, consumer]) await until(side, id, both)
  const { management } = provider.connector.urls()
  const evidence = await fetch(`${management}/management/v1/agreements/${encodeURIComponent(id)}/evidence`, {
    headers: { 'x-api-key': 'a key for the tests' },
  })
  const documents: Record<string, unknown> = {}
  for (const { did, url } of [provider, consumer])
    documents[did] = await (await fetch(`${url}/.well-known/did.json`)).json()
  return { bundle: (await evidence.json()) as Bundle, documents }
}

const python = await pythonWith(t, 'evidence', ...packages)
if (python !== undefined) {
  t.test('libraries of others find evidence whole: its signature, its chains, its hashes', async t => {
    const { provider, consumer } = await dealt(t)
    t.ok(provider.statement.transfers.length > 0 && (provider.statement.negotiation?.journal.length ?? 0) > 3)
    t.strictSame(await judge(python, alone(provider), alone(consumer)), [[], []])

    const changed = (from: string, to: string) => JSON.parse(JSON.stringify(provider).replace(from, to))
    const { statement } = provider
    const [first] = statement.transfers
    const cut = {
      ...provider,
      statement: { ...statement, transfers: [{ ...first, journal: first?.journal.slice(1) }] },
    }
    const more = { ...statement.agreement, permission: [{ action: 'sell' }] }
    const found = await judge(
      python,
      alone(changed('the data is sold', 'the data is gone')),
      alone(changed('"event":"commanded"', '"event":"received"')),
      alone(cut),
      alone({ ...provider, statement: { ...statement, agreement: more } }),
      alone({ ...provider, signature: consumer.signature }),
    )
    t.match(found, [
      [/^signature: .*another digest/],
      [/^signature: .*another digest/, /^chains: .*entry \d+ has another hash/],
      [/^signature: .*another digest/, /^chains: .*entry 1 is missing/],
      [/^signature: .*another digest/, /^policy: .*another hash/],
      [/^signature: /],
    ])
  })

  t.test('what both sides have signed is found to be signed by both', async t => {
    const { bundle, documents } = await signedByBoth(t)
    t.equal(bundle.statement.credentials.length, 2)
    t.strictSame(await judge(python, { bundle, documents }), [[]])
    const [own = '', peer = ''] = bundle.statement.credentials
    const forged = `${own.slice(0, own.lastIndexOf('.'))}${peer.slice(peer.lastIndexOf('.'))}`
    const withTokens = (credentials: readonly string[]) => ({
      bundle: { ...bundle, statement: { ...bundle.statement, credentials } },
      documents,
    })
    t.match(await judge(python, withTokens([forged, peer]), withTokens([own])), [
      [/^signature: /, /^credentials: BadSignatureError/],
      [/^signature: /, /^credentials: .*not by both parties/],
    ])
  })
}
