import t from 'tap'
import { startApi } from '../api.ts'

t.test('the data plane tells what it takes data from, and how it hands it over', async t => {
  const api = await startApi(t)
  const { status, body } = await api.call('GET', '/v3/dataplanes')
  t.equal(status, 200)
  t.strictSame(body, [
    {
      '@id': 'data-plane',
      '@type': 'DataPlaneInstance',
      url: 'http://us.example/data',
      allowedSourceTypes: ['HttpData'],
      allowedTransferTypes: ['HttpData-PULL', 'HttpData-PUSH'],
      state: 'AVAILABLE',
      '@context': body[0]['@context'],
    },
  ])
})
