import t from 'tap'
import { startApi } from '../api.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

/** A member of a query, in each dress in which it can come. */
const dresses: Readonly<Record<string, (name: string, value: unknown) => object>> = {
  'in plain words': (name, value) => ({ [name]: value }),
  'with a context': (name, value) => ({ '@context': { '@vocab': EDC }, [name]: value }),
  'with a prefix': (name, value) => ({ '@context': { edc: EDC }, [`edc:${name}`]: value }),
  'in full IRIs': (name, value) => ({ [`${EDC}${name}`]: value }),
  'beside an IRI of somebody else': (name, value) => ({ 'urn:example:x': {}, [name]: value }),
}

t.test(
  'a query that cannot be meant is refused, however it is dressed, and never taken for one that asks nothing',
  async t => {
    const api = await startApi(t)
    for (const [how, dress] of Object.entries(dresses))
      for (const [name, value] of [
        ['offset', false],
        ['offset', -1],
        ['offset', { a: 1 }],
        ['limit', true],
        ['limit', 0],
        ['sortField', true],
        ['sortOrder', false],
        ['sortOrder', 'UP'],
      ] as const) {
        const { status, body } = await api.call('POST', '/v3/assets/request', dress(name, value))
        const what = `${name} ${JSON.stringify(value)} ${how}`
        t.equal(status, 400, what)
        t.match(body, [{ type: 'ValidationFailure', path: `${EDC}${name}` }], what)
      }
  },
)

t.test('what may be left out may be null', async t => {
  const api = await startApi(t)
  for (const [how, dress] of Object.entries(dresses))
    for (const name of ['offset', 'limit', 'sortField', 'sortOrder', 'filterExpression'])
      t.match(
        await api.call('POST', '/v3/assets/request', dress(name, null)),
        { status: 200, body: [] },
        `${name} ${how}`,
      )
})
