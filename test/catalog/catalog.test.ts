import t from 'tap'
import { alice, http, openCatalog, openFilledCatalog, readPage } from './world.ts'

t.test('what was created is found, by its full names', async t => {
  const { catalog } = await openCatalog(t)
  const made = await catalog.datasets.create({ id: 'd1', properties: { 'dct:title': 'One', plain: 1 }, source: http })
  t.same(made, {
    id: 'd1',
    properties: { 'http://purl.org/dc/terms/title': 'One', 'https://w3id.org/edc/v0.0.1/ns/plain': 1 },
    source: http,
    createdAt: made.createdAt,
  })
  t.same(await catalog.datasets.find('d1'), made)
  t.equal(await catalog.datasets.find('d2'), undefined)
  t.equal(await catalog.datasets.find('\0'), undefined)
})

t.test('who brings no id gets one', async t => {
  const { catalog } = await openCatalog(t)
  const { id } = await catalog.policies.create({ policy: {} })
  t.match(id, /^[0-9a-f-]{36}$/)
  t.same((await catalog.policies.find(id))?.policy, {})
})

t.test('an id is taken once', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1'])
  const { datasets, policies, publications } = catalog
  await t.rejects(datasets.create({ id: 'd1', properties: {}, source: http }), {
    code: 'conflict',
    message: /dataset with the id "d1" already/,
  })
  await t.rejects(policies.create({ id: 'open', policy: {} }), { code: 'conflict' })
  await t.rejects(publications.create({ id: 'all', accessPolicyId: 'open', contractPolicyId: 'open', selector: [] }), {
    code: 'conflict',
  })
})

t.test('replacing changes everything but the id and the time of creation', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1'])
  const before = await catalog.datasets.find('d1')
  const after = await catalog.datasets.replace({
    id: 'd1',
    properties: { 'dct:title': 'New' },
    source: { type: 'Tape' },
  })
  t.same(after, { ...before, properties: { 'http://purl.org/dc/terms/title': 'New' }, source: { type: 'Tape' } })
})

t.test('what is not there cannot be replaced or removed', async t => {
  const { catalog } = await openFilledCatalog(t, [])
  const { datasets, policies, publications, nestedCatalogs } = catalog
  await t.rejects(datasets.replace({ id: 'x', properties: {}, source: http }), { code: 'not-found' })
  await t.rejects(policies.replace({ id: 'x', policy: {} }), { code: 'not-found' })
  await t.rejects(publications.replace({ id: 'x', accessPolicyId: 'open', contractPolicyId: 'open', selector: [] }), {
    code: 'not-found',
  })
  for (const shelf of [datasets, policies, publications, nestedCatalogs])
    await t.rejects(shelf.remove('x'), { code: 'not-found' })
})

t.test('a dataset under contract stays', async t => {
  const { catalog, bound } = await openFilledCatalog(t, ['d1', 'd2'])
  bound.add('d1')
  await t.rejects(catalog.datasets.remove('d1'), { code: 'conflict', message: /"d1" is under a contract/ })
  await catalog.datasets.remove('d2')
  t.same((await readPage(catalog, alice)).ids, ['d1'])
})

t.test('a policy in use stays', async t => {
  const { catalog } = await openFilledCatalog(t, [])
  await t.rejects(catalog.policies.remove('open'), { code: 'conflict', message: /used by a publication/ })
  await catalog.publications.remove('all')
  await catalog.policies.remove('open')
  t.equal(await catalog.policies.find('open'), undefined)
})

t.test('a publication whose selector cannot be understood is refused, and the sentence names the place', async t => {
  const { catalog } = await openFilledCatalog(t, [])
  const draft = { accessPolicyId: 'open', contractPolicyId: 'open', selector: [] }
  await t.rejects(
    catalog.publications.create({ ...draft, selector: [{ operandLeft: 'id', operator: '~', operandRight: 'x' }] }),
    { code: 'invalid', faults: [{ path: '/selector/0/operator' }] },
  )
})

t.test('what PostgreSQL could not keep is refused before', async t => {
  const { catalog } = await openCatalog(t)
  const { datasets, policies, nestedCatalogs } = catalog
  for (const id of ['', ' a', 'a\0', 'a\nb', '\ud800', 'x'.repeat(501)])
    await t.rejects(datasets.create({ id, properties: {}, source: http }), {
      code: 'invalid',
      faults: [{ path: '/@id' }],
    })
  await t.rejects(datasets.create({ properties: {}, source: { type: 'HttpData', note: 'a\0' } }), { code: 'invalid' })
  await t.rejects(datasets.create({ properties: { note: '\udc00' }, source: http }), { code: 'invalid' })
  await t.rejects(policies.create({ policy: { note: '\0' } }), { code: 'invalid' })
  await t.rejects(nestedCatalogs.create({ participantId: 'x', endpointUrl: 'file:///etc' }), {
    code: 'invalid',
    faults: [{ path: '/endpointUrl' }],
  })
  await datasets.create({ id: 'fine', properties: { note: '\\u0000 \\ud800 👍' }, source: http })
})

t.test('lists are filtered, sorted and paged', async t => {
  const { catalog } = await openCatalog(t)
  const sizes = [3, 10, 2, 10]
  for (const [at, size] of sizes.entries())
    await catalog.datasets.create({
      id: `d${at}`,
      properties: { size, ...(at > 0 && { 'dct:title': `T${size}` }) },
      source: http,
    })
  const ids = async (query: Parameters<typeof catalog.datasets.list>[0]) =>
    (await catalog.datasets.list(query)).map(({ id }) => id)
  t.same(await ids({}), ['d0', 'd1', 'd2', 'd3'])
  t.same(await ids({ offset: 1, limit: 2 }), ['d1', 'd2'])
  t.same(await ids({ sortField: 'createdAt', sortOrder: 'desc' }), ['d3', 'd2', 'd1', 'd0'])
  t.same(await ids({ sortField: 'size' }), ['d2', 'd0', 'd1', 'd3'])
  t.same(await ids({ sortField: 'dct:title', sortOrder: 'desc' }), ['d2', 'd3', 'd1', 'd0'])
  t.same(await ids({ filter: [{ operandLeft: 'size', operator: '>', operandRight: 2 }] }), ['d0', 'd1', 'd3'])
  const [, second] = await catalog.datasets.list()
  const born = { operandLeft: 'createdAt', operator: '=', operandRight: second?.createdAt.getTime() }
  t.same(await ids({ filter: [born] }), ['d1'])
  await t.rejects(ids({ sortField: 'a b' }), { code: 'invalid', faults: [{ path: '/sortField' }] })
})

t.test('policies, publications and nested catalogues are listed by what they say', async t => {
  const { catalog } = await openFilledCatalog(t, [])
  const { policies, publications, nestedCatalogs } = catalog
  const withPart = { operandLeft: 'policy.permission.constraint.rightOperand', operator: '=', operandRight: 'research' }
  t.same(
    (await policies.list({ filter: [withPart] })).map(({ id }) => id),
    ['closed'],
  )
  const open = { operandLeft: 'https://w3id.org/edc/v0.0.1/ns/accessPolicyId', operator: '=', operandRight: 'open' }
  t.same(
    (await publications.list({ filter: [open], sortField: 'contractPolicyId' })).map(({ id }) => id),
    ['all'],
  )
  await nestedCatalogs.create({ id: 'n1', participantId: 'did:web:other', endpointUrl: 'https://other.example/dsp' })
  t.match(await nestedCatalogs.list(), [
    { id: 'n1', participantId: 'did:web:other', endpointUrl: 'https://other.example/dsp' },
  ])
  t.match(
    await nestedCatalogs.replace({ id: 'n1', participantId: 'did:web:other', endpointUrl: 'http://other.example' }),
    { endpointUrl: 'http://other.example' },
  )
  await nestedCatalogs.remove('n1')
  t.same(await nestedCatalogs.list(), [])
})

t.test('a policy is kept in the one form, whatever dress it comes in', async t => {
  const { catalog } = await openCatalog(t)
  const dressed = { 'odrl:permission': { 'odrl:action': { '@id': 'odrl:use' } } }
  const { policy } = await catalog.policies.create({ id: 'p', policy: dressed })
  t.same(policy, { permission: [{ action: 'use' }] })
})
