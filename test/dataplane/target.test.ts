import fc from 'fast-check'
import t from 'tap'
import { parseSource } from '../../src/dataplane/source.ts'
import { targetOf } from '../../src/dataplane/target.ts'
import type { KontorError } from '../../src/errors.ts'

const sourceAt = (baseUrl: string, more: object = {}) => {
  const source = parseSource({ type: 'HttpData', baseUrl, proxyPath: true, proxyQueryParams: true, ...more })
  if (source.type !== 'HttpData') throw new Error('an HTTP source was asked for')
  return source
}

const hrefOf = (baseUrl: string, path: string, query = '', more: object = {}): string =>
  targetOf(sourceAt(baseUrl, more), { path, query }).href

t.test('what is asked for lies under the base', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    // base                    path               query        leads to
    [ 'http://s',              '',                '',          'http://s/' ],
    [ 'http://s/data',         '',                '',          'http://s/data' ],
    [ 'http://s/data',         '/',               '',          'http://s/data' ],
    [ 'http://s/data',         '/2026/a.csv',     '',          'http://s/data/2026/a.csv' ],
    [ 'http://s/data/',        '/a',              '',          'http://s/data/a' ],
    [ 'http://s/data',         '/a/',             '',          'http://s/data/a/' ],
    [ 'http://s/data',         '/a',              'x=1&y=2',   'http://s/data/a?x=1&y=2' ],
    [ 'http://s/data?key=k',   '/a',              'x=1',       'http://s/data/a?key=k&x=1' ],
    [ 'http://s/data',         '/100%25',         '',          'http://s/data/100%25' ],
    [ 'http://s/data',         '/ä b',            '',          'http://s/data/%C3%A4%20b' ],
    [ 'http://s/data',         '/...',            '',          'http://s/data/...' ],
    [ 'http://s/data',         '/a;v=1',          '',          'http://s/data/a;v=1' ],
    [ 'http://s/data',         '/http:',          '',          'http://s/data/http:' ],
  ] as const
  for (const [base, path, query, target] of table) t.equal(hrefOf(base, path, query), target)
})

t.test('no path leads out of the base', async t => {
  // biome-ignore format: one list
  const attempts = [
    '/..', '/../', '/../secret', '/a/../../secret', '/a/..', '/.', '/a/./b', '/..;/secret', '/..;v=1/secret', '/.;/a',
    '/%2e%2e/secret', '/%2E%2E/secret', '/.%2e/secret', '/%2e./secret', '/a/%2e%2e/%2e%2e/secret', '/%2e', '/%252e%252e/secret', '/%25252e%25252e/secret',
    '/..%2fsecret', '/..%2Fsecret', '/%2e%2e%2fsecret', '/a%2fb', '/..%252fsecret', '/%2f%2fevil.example/', '/%25zz/%252e%252e/secret',
    '/..\\secret', '/..%5csecret', '/%5c%5cevil.example', '/\\evil.example', '\\..\\secret', '/a\\b',
    '//evil.example/', '//', '///', '/a//b', '/a//', '//a',
    '/%00', '/a%00.csv', '/%0d%0aHost:%20evil', '/a\tb', '/\u0001', '/%7f', '/%', '/%zz', '/a%2', '/%c0%ae%c0%ae/secret',
    '@evil.example/', '.evil.example', ':80/', 'http://evil.example/',
  ]
  for (const path of attempts) t.throws(() => hrefOf('http://source.example/data/', path), { code: 'invalid' }, path)
})

t.test('whatever is sent, the URL stays under the base or there is none', async () => {
  const piece = fc.oneof(
    fc.constantFrom('.', '..', '/', '\\', '%2e', '%2f', '%5c', '%25', ';', '@', ':', '?', '#', 'a', '//'),
    fc.string(),
  )
  const paths = fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join(''))
  const property = fc.property(paths, fc.string(), (path, query) => {
    try {
      const target = targetOf(sourceAt('http://source.example/data'), { path, query })
      const inside = target.pathname === '/data' || target.pathname.startsWith('/data/')
      return target.origin === 'http://source.example' && inside && target.hash === '' && target.username === ''
    } catch (error) {
      return ['invalid', 'not-found'].includes((error as KontorError).code)
    }
  })
  fc.assert(property, { numRuns: 2_000 })
})

t.test('a dataset without parts is not asked for one', async t => {
  const whole = { proxyPath: false }
  t.equal(hrefOf('http://s/data', '/', '', whole), 'http://s/data')
  t.throws(() => hrefOf('http://s/data', '/a', '', whole), { code: 'not-found', status: 404 })
})

t.test('a query goes to the source only where the provider says so', async t => {
  t.equal(hrefOf('http://s/data?a=1', '', 'x=1', { proxyQueryParams: false }), 'http://s/data?a=1')
})

t.test('a parameter that the provider has fixed is not for the consumer to set', async t => {
  for (const query of ['tenant=b', 'x=1&tenant=b', 'ten%61nt=b', 'tenant'])
    t.throws(() => hrefOf('http://s/data', '', query, { queryParams: 'tenant=a' }), { code: 'invalid' }, query)
  t.equal(hrefOf('http://s/data', '', 'x=1', { queryParams: '?tenant=a' }), 'http://s/data?tenant=a&x=1')
})
