import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { get } from '../../src/lab/api.ts'
import { runCommand } from '../cli/command.ts'
import { beginTransfer, negotiate, openShop, otherPath, type Shown, statesOf } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'

const published = new URL('../../examples/datasets/day-ahead-prices.json', import.meta.url)
const digest = createHash('sha256').update(readFileSync(published)).digest('hex')

t.test('from the catalogue to the file: a consumer pulls what it has a contract for', async t => {
  const lab = await startLab(t)
  const { consumer, provider } = lab
  await openShop(lab)

  const agreementId = await negotiate(lab, 'day-ahead-prices')
  // The provider has to hear that its last word has been heard.
  await lab.drain()
  const [ours] = (await get<{ items: Shown[] }>(consumer, '/v1/negotiations')).items
  const negotiation = `/v1/negotiations/${ours?.id}`
  const theirs = await otherPath(consumer, negotiation)
  const both = [await get<Shown>(consumer, negotiation), await get<Shown>(provider, theirs)]
  t.strictSame(
    both.map(({ state }) => state),
    ['FINALIZED', 'FINALIZED'],
  )
  t.strictSame(both[0]?.agreement, both[1]?.agreement, 'both hold the same agreement')
  t.equal(both[0]?.agreement?.['@id'], agreementId)
  const went = ['REQUESTED', 'AGREED', 'VERIFIED', 'FINALIZED']
  t.strictSame(await statesOf(consumer, negotiation), went)
  t.strictSame(await statesOf(provider, theirs), went)

  const path = await beginTransfer(lab, agreementId)
  await lab.drain()
  t.strictSame(await statesOf(consumer, path), ['REQUESTED', 'STARTED'])
  const file = join(t.testdir(), 'prices.json')
  const { code, stdout, stderr } = await runCommand(t, ['fetch', path.replace(/.*\//, ''), '-o', file], {
    KONTOR_URL: consumer.urls.management,
    KONTOR_KEY: consumer.key,
  })
  t.strictSame({ code, stdout }, { code: 0, stdout: `${digest}  ${file}\n` }, stderr)
  t.equal(createHash('sha256').update(readFileSync(file)).digest('hex'), digest)
})

t.test('who asks for data without a started transfer is told so in a sentence', async t => {
  const { consumer } = await startLab(t)
  const environment = { KONTOR_URL: consumer.urls.management, KONTOR_KEY: consumer.key }
  const { code, stderr } = await runCommand(t, ['fetch', 'urn:uuid:none'], environment)
  t.equal(code, 3)
  t.match(stderr, /^kontor: The connector answered 404: .*urn:uuid:none.*\n/)

  const wrongKey = await runCommand(t, ['fetch', 'urn:uuid:none'], { ...environment, KONTOR_KEY: 'not-the-key' })
  t.equal(wrongKey.code, 4)
  t.match(wrongKey.stderr, /^kontor: The connector answered 401: .*\n/)
})
