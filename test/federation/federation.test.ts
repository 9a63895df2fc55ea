import t, { type Test } from 'tap'
import type { CatalogClient, Peer } from '../../src/catalog/index.ts'
import { badGateway } from '../../src/errors.ts'
import { createFederation } from '../../src/federation/index.ts'
import type { FederationSettings } from '../../src/federation/types.ts'
import { createJobs, joinReplicas } from '../../src/process/index.ts'
import { giveAgreement } from '../support/agreements.ts'
import { standingClock } from '../support/clock.ts'
import { testDatabase } from '../support/database.ts'

type Page = Parameters<CatalogClient['readPage']>[1]
type Answer = Awaited<ReturnType<CatalogClient['readPage']>>
/** What a participant answers to a request for a page. */
type Shop = (page: Page) => Answer | Promise<Answer>

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const context = ['https://w3id.org/dspace/2025/1/context.jsonld']
const dataset = (id: string, more: object = {}) => ({
  '@id': id,
  '@type': 'Dataset' as const,
  hasPolicy: [{ '@id': `offer-${id}`, '@type': 'Offer' as const, permission: [{ action: 'use' }] }],
  distribution: [],
  ...more,
})

/** A page with these datasets. */
const pageOf = (datasets: readonly object[], more: { etag?: string; next?: string } = {}): Answer =>
  ({
    message: { '@context': context, '@id': 'catalog', '@type': 'Catalog', participantId: 'x', dataset: datasets },
    etag: more.etag,
    next: more.next,
  }) as unknown as Answer

const all = { offset: 0, limit: 50, order: 'asc', where: [], matcher: undefined } as const

/** A federation before participants that answer as they are told, on a database of its own. */
async function startFederation(t: Test, shops: Record<string, Shop>, changes: Partial<FederationSettings> = {}) {
  const db = await testDatabase(t)
  const clock = standingClock()
  const replica = await joinReplicas(db)
  const failed: unknown[] = []
  const jobs = createJobs({ db, replica, now: clock.now, events: { jobFailed: failure => failed.push(failure) } })
  const asked: { peer: Peer; page: Page }[] = []
  const crawled: unknown[] = []
  let tell = (_: unknown) => {}
  /** The first look that has come to an end. */
  const first = new Promise<unknown>(resolve => {
    tell = resolve
  })
  const settings: FederationSettings = {
    peers: Object.keys(shops).map(id => ({ id, url: `http://${id}.example/dsp` })),
    participants: 'listed',
    every: 3_600_000,
    mostDatasets: 10_000,
    ...changes,
  }
  const federation = createFederation({
    db,
    jobs,
    now: clock.now,
    events: {
      catalogCrawled(event) {
        crawled.push(event)
        tell(event)
      },
    },
    settings,
    async readPage(peer, page) {
      asked.push({ peer, page })
      const shop = shops[peer.counterparty]
      if (!shop) throw badGateway('there is nobody')
      return shop(page)
    },
    protocolUrl: async address => `${address}/2025-1`,
  })
  t.teardown(async () => {
    await jobs.stop()
    await replica.leave()
  })
  await federation.start()
  jobs.start()
  return { db, clock, jobs, federation, asked, crawled, first, failed }
}

t.test('catalogues of participants are kept, and shown with when and where they were seen', async t => {
  const { federation, jobs, clock, asked, failed } = await startFederation(t, {
    one: () => pageOf([dataset('a'), dataset('b')]),
    two: () => pageOf([]),
  })
  await jobs.drained()
  t.strictSame(await federation.find(all), [
    {
      '@id': 'catalog',
      '@type': 'Catalog',
      participantId: 'x',
      dataset: [dataset('a'), dataset('b')],
      [`${EDC}originator`]: 'http://one.example/dsp/2025-1',
      [`${EDC}crawledAt`]: clock.now().getTime(),
      [`${EDC}changedAt`]: clock.now().getTime(),
      [`${EDC}stale`]: false,
      '@context': context,
    },
    {
      '@id': 'catalog',
      '@type': 'Catalog',
      participantId: 'x',
      [`${EDC}originator`]: 'http://two.example/dsp/2025-1',
      [`${EDC}crawledAt`]: clock.now().getTime(),
      [`${EDC}changedAt`]: clock.now().getTime(),
      [`${EDC}stale`]: false,
      '@context': context,
    },
  ])
  t.match(asked[0]?.page.filter, [{ [`${EDC}offset`]: 0, [`${EDC}limit`]: 1_000 }])
  t.same(failed, [])
})

t.test('what has not changed is answered by its ETag alone, page by page, and stays as it was', async t => {
  const pages = [
    pageOf([dataset('a')], { etag: '"1"', next: 'http://one.example/2' }),
    pageOf([dataset('b')], { etag: '"2"' }),
  ]
  const { federation, jobs, clock, asked, crawled } = await startFederation(t, {
    one({ link, ifNoneMatch }) {
      const page = pages[link === undefined ? 0 : 1]
      if (page === undefined || 'unchanged' in page) throw new Error('there is no such page')
      return ifNoneMatch === page.etag ? { unchanged: true, next: page.next } : page
    },
  })
  await jobs.drained()
  const [before] = await federation.find(all)
  clock.pass(3_600_000)
  await jobs.drained()
  t.match(crawled, [{ changed: true }, { changed: false }])
  t.strictSame(
    asked.map(({ page }) => page.ifNoneMatch),
    [undefined, undefined, '"1"', '"2"'],
  )
  const [after] = await federation.find(all)
  t.strictSame(after, { ...before, [`${EDC}crawledAt`]: clock.now().getTime() })

  pages[1] = pageOf([dataset('c')], { etag: '"3"' })
  clock.pass(3_600_000)
  await jobs.drained()
  t.match(await federation.find(all), [
    { dataset: [{ '@id': 'a' }, { '@id': 'c' }], [`${EDC}changedAt`]: clock.now().getTime() },
  ])
})

t.test('a participant that never answers keeps nobody else waiting', async t => {
  let letGo = () => {}
  const silence = new Promise<Answer>(resolve => {
    letGo = () => resolve(pageOf([]))
  })
  const { federation, jobs, first } = await startFederation(t, {
    dead: () => silence,
    living: () => pageOf([dataset('a')]),
  })
  t.match(await first, { participant: 'living' })
  const found = await federation.find(all)
  t.match(found, [{ [`${EDC}originator`]: 'http://living.example/dsp/2025-1' }])
  letGo()
  await jobs.drained()
  t.equal((await federation.find(all)).length, 2)
})

t.test(
  'what can no longer be had is shown as it was, and as stale, with the reason; it is tried again, ever more seldom',
  async t => {
    const shop: { answer: Shop } = { answer: () => pageOf([dataset('a')]) }
    const { federation, jobs, clock, asked } = await startFederation(t, { one: page => shop.answer(page) })
    await jobs.drained()
    shop.answer = () => {
      throw badGateway('one answered 503.')
    }
    clock.pass(3_600_000)
    await jobs.drained()
    const stale = { [`${EDC}stale`]: true, [`${EDC}errorDetail`]: 'one answered 503.', dataset: [{ '@id': 'a' }] }
    t.match(await federation.find(all), [stale])
    for (const [minutes, looks] of [
      [1, 3],
      [1, 3],
      [1, 4],
      [3, 4],
      [1, 5],
    ] as const) {
      clock.pass(minutes * 60_000)
      await jobs.drained()
      t.equal(asked.length, looks, `${minutes} more minutes`)
    }
    shop.answer = () => pageOf([dataset('b')])
    clock.pass(3_600_000)
    await jobs.drained()
    t.match(await federation.find(all), [{ [`${EDC}stale`]: false, dataset: [{ '@id': 'b' }] }])
  },
)

t.test('pages without links are asked for by offset, as the EDC has them', async t => {
  const many = Array.from({ length: 1_200 }, (_, index) => dataset(`d${index}`))
  const { federation, jobs, asked } = await startFederation(t, {
    edc: ({ filter }) => {
      const { [`${EDC}offset`]: offset, [`${EDC}limit`]: limit } = (filter?.[0] ?? {}) as Record<string, number>
      return pageOf(many.slice(offset, (offset ?? 0) + (limit ?? 0)))
    },
  })
  await jobs.drained()
  t.equal(asked.length, 2)
  const [found] = await federation.find(all)
  t.equal(Object(found?.dataset).length, 1_200)
})

t.test('a catalogue that never ends is given up, and what its datasets call themselves does no harm', async t => {
  const { federation, jobs, asked, failed } = await startFederation(
    t,
    {
      endless: () => pageOf([dataset('x'), dataset('x')], { next: 'http://endless.example/again' }),
      empty: () => pageOf([], { next: 'http://empty.example/again' }),
      odd: () =>
        pageOf([
          dataset('odd', { 'no name': 1, __proto__: { a: 1 }, 'edc:name': 'odd one' }),
          dataset('y'.repeat(2_000)),
        ]),
    },
    { mostDatasets: 5 },
  )
  await jobs.drained()
  const of = (id: string) => asked.filter(({ peer }) => peer.counterparty === id).length
  t.strictSame([of('endless'), of('empty'), of('odd')], [3, 1, 1])
  t.match(await federation.find({ ...all, where: [{ field: 'participant', operator: '=', values: ['odd'] }] }), [
    { dataset: [{ '@id': 'odd', 'no name': 1 }, {}] },
  ])
  t.same(failed, [])
})

t.test('what is no longer listed is forgotten', async t => {
  const earlier = await startFederation(t, {
    one: () => pageOf([dataset('a')]),
    two: () => pageOf([dataset('b')]),
  })
  await earlier.jobs.drained()
  const settings = {
    peers: [{ id: 'one', url: 'http://one.example' }],
    participants: 'listed',
    every: 1,
    mostDatasets: 1,
  } as const
  const later = createFederation({
    db: earlier.db,
    jobs: { serve: () => {}, ask: async () => {} },
    now: earlier.clock.now,
    events: { catalogCrawled: () => {} },
    settings,
    readPage: async () => pageOf([]),
    protocolUrl: async address => address,
  })
  await later.start()
  t.match(await later.find(all), [{ [`${EDC}originator`]: 'http://one.example/dsp/2025-1' }])
  t.equal((await later.find(all)).length, 1)
})

t.test(
  'who was asked for something as a provider is looked at, too, if that is wanted; who asked us is not',
  async t => {
    const shops = { known: () => pageOf([dataset('a')]), stranger: () => pageOf([dataset('b')]) }
    const { db, federation, jobs, clock, asked } = await startFederation(t, shops, { peers: [], participants: 'known' })
    await jobs.drained()
    t.same(asked, [])
    const common = { participantId: 'us', datasetId: 'a', permission: [{ action: 'use' }] } as const
    await giveAgreement(db, { ...common, id: 'as-consumer', role: 'consumer', counterparty: 'known' })
    await giveAgreement(db, { ...common, id: 'as-provider', role: 'provider', counterparty: 'stranger' })
    clock.pass(3_600_000)
    await jobs.drained()
    await jobs.drained()
    t.match(await federation.find(all), [{ [`${EDC}originator`]: 'http://127.0.0.1:9/2025-1' }])
  },
)

t.test('how it stands with each catalogue is told: when it was had, what went wrong, and the next try', async t => {
  const shop: { answer: Shop } = { answer: () => pageOf([dataset('a'), dataset('b')]) }
  const { federation, jobs, clock } = await startFederation(t, {
    one: page => shop.answer(page),
    two: () => {
      throw badGateway('two answered 503.')
    },
  })
  await jobs.drained()
  const begun = clock.now()
  const page = { limit: 10, offset: 0 }
  const [one, two] = await federation.standings(page)
  t.match(one, { participant: 'one', address: 'http://one.example/dsp/2025-1', datasets: 2, failures: 0, error: null })
  t.strictSame([one?.crawledAt, one?.triedAt], [begun, begun])
  t.strictSame(one?.nextCrawl, new Date(begun.getTime() + 3_600_000))
  t.match(two, { participant: 'two', datasets: 0, crawledAt: null, failures: 1, error: 'two answered 503.' })
  t.strictSame(two?.nextCrawl, new Date(begun.getTime() + 60_000))
  t.match(await federation.standings({ limit: 1, offset: 1 }), [{ participant: 'two' }])

  shop.answer = () => {
    throw badGateway('one answered 500.')
  }
  clock.pass(1_000)
  t.match(await federation.crawl('one'), { participant: 'one' })
  await jobs.drained()
  t.match(await federation.standing('one'), { failures: 1, error: 'one answered 500.', datasets: 2, crawledAt: begun })
  await t.rejects(federation.standing('three'), { code: 'not-found' })
  await t.rejects(federation.crawl('three'), { code: 'not-found' })
})
