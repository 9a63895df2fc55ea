import t from 'tap'
import { described } from '../support/described.ts'
import { secrets, startTarget } from './world.ts'

/** What of an answer's schema is a list of things that grow in number. */
interface Listing {
  readonly type?: string
  readonly properties?: { readonly items?: object; readonly next?: object; readonly limit?: object }
}

const isPage = ({ properties = {} }: Listing): boolean => 'items' in properties && 'limit' in properties

t.test('no list is longer than it says, however many are asked for', async t => {
  const target = await startTarget(t)
  const key = { 'x-api-key': secrets.key }
  const json = { ...key, 'content-type': 'application/json' }
  let lists = 0
  for (const { operation, method, path, id } of described) {
    const gives: Listing = operation.gives ?? {}
    if (path.includes(':') || !path.startsWith('/management/v')) continue
    if (method === 'GET' && isPage(gives)) {
      lists++
      const reply = await target.send('management', { method, path: `${path}?limit=1001`, headers: key })
      t.equal(reply.status, 400, id)
    } else if (method === 'POST' && gives.type === 'array') {
      lists++
      const body = JSON.stringify({ '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }, limit: 10_001 })
      const reply = await target.send('management', { method, path, headers: json, body })
      t.equal(reply.status, 400, id)
    }
  }
  t.ok(lists >= 15, `${lists} lists`)
})
