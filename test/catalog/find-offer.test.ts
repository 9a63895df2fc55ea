import t from 'tap'
import { alice, bob, http, onlyFor, openFilledCatalog, readPage, tape } from './world.ts'

t.test('the id in the catalogue finds the offer, with the same terms', async t => {
  const { catalog, db } = await openFilledCatalog(t, ['d:1/ü'])
  const { body } = await readPage(catalog, alice)
  const [offer] = body.dataset[0].hasPolicy
  const found = await db.transaction(tx => catalog.findOffer(tx, offer['@id'], alice))
  t.same(found, { offer, datasetId: 'd:1/ü', formats: ['HttpData-PULL', 'HttpData-PUSH'], outdated: false })
})

t.test('an id stays while the terms stay, whatever else changes', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1'])
  const idNow = async () => (await readPage(catalog, alice)).body.dataset[0].hasPolicy[0]['@id']
  const before = await idNow()
  await catalog.datasets.replace({ id: 'd1', properties: { 'dct:title': 'Other' }, source: http })
  await catalog.policies.replace({ id: 'open', policy: { '@id': 'x', permission: [{ action: 'use' }] } })
  t.equal(await idNow(), before)
})

t.test('when the terms change, the old id is outdated and leads to the new terms', async t => {
  const { catalog, db } = await openFilledCatalog(t, ['d1'])
  const [{ '@id': old }] = (await readPage(catalog, alice)).body.dataset[0].hasPolicy
  await catalog.publications.replace({ id: 'all', accessPolicyId: 'open', contractPolicyId: 'closed', selector: [] })
  const found = await catalog.findOffer(db, old, alice)
  t.match(found, { outdated: true, offer: { '@type': 'Offer', permission: onlyFor('research').permission } })
  t.not(found?.offer['@id'], old)
  t.match(await catalog.findOffer(db, found?.offer['@id'] ?? '', alice), { outdated: false })
  t.match(await catalog.findOffer(db, 'all:d1:456', alice), { outdated: true }, 'digests are not guessed at')
})

t.test('what is not on offer to somebody does not exist for it', async t => {
  const { catalog, db } = await openFilledCatalog(t, ['d1'])
  await catalog.publications.replace({ id: 'all', accessPolicyId: 'closed', contractPolicyId: 'open', selector: [] })
  const [{ '@id': id }] = (await readPage(catalog, alice)).body.dataset[0].hasPolicy
  t.ok(await catalog.findOffer(db, id, alice))
  t.equal(await catalog.findOffer(db, id, bob), undefined)
  await catalog.datasets.replace({ id: 'd1', properties: {}, source: tape })
  t.equal(await catalog.findOffer(db, id, alice), undefined, 'no data plane serves it')
  await catalog.datasets.replace({ id: 'd1', properties: {}, source: http })
  await catalog.publications.remove('all')
  t.equal(await catalog.findOffer(db, id, alice), undefined, 'it is not published any more')
})

t.test('ids that are none of ours find nothing', async t => {
  const { catalog, db } = await openFilledCatalog(t, ['d1'])
  for (const id of [
    '',
    'x',
    ':',
    '::',
    'all:d1:',
    'all:d1',
    'all:d1:a:b',
    'Y2Rj:YzE=:MDU2',
    '%:d1:a',
    'all:%00:a',
    'all:\0:a',
    'all:\ud800:a',
  ])
    t.equal(await catalog.findOffer(db, id, alice), undefined, JSON.stringify(id))
})
