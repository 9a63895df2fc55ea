import type { LookupAddress, LookupOptions } from 'node:dns'
import t from 'tap'
import { createGuard, type Guard } from '../../src/http/index.ts'
import { closedRanges } from '../../src/http/ranges.ts'
import type { Resolve } from '../../src/http/resolve.ts'

const strict = createGuard({ allow: [] })
const refused = { code: 'address-forbidden', status: 400 }

/** A name service with these entries. */
const names =
  (entries: Record<string, readonly string[]>): Resolve =>
  async hostname => {
    const found = entries[hostname]
    if (found === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
    return found.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
  }

/** Asks the guard's lookup as an agent does; gives the addresses it may connect to. */
function look(guard: Guard, scheme: 'http' | 'https', hostname: string, options: LookupOptions = { all: true }) {
  return new Promise<string | LookupAddress[]>((resolve, reject) => {
    guard.lookup[scheme](hostname, options, (error, found) => (error ? reject(error) : resolve(found)))
  })
}

t.test('public hosts may be called by HTTPS', async t => {
  for (const url of ['https://connector.example/dsp', 'https://93.184.215.14:8443/', 'https://[2a00:1450:4001::68]/'])
    t.equal(strict.check(url).href, url)
})

t.test('plain HTTP is kept for what is allowed', async t => {
  t.throws(() => strict.check('http://connector.example/'), { ...refused, message: /plain http:.*"network\.allow"/ })
  t.throws(() => strict.check('http://93.184.215.14/'), refused)
  const guard = createGuard({ allow: ['connector.example', '93.184.215.0/24'] })
  guard.check('http://connector.example/')
  guard.check('http://93.184.215.14/')
})

t.test('for what is signed, public hosts may be called by plain HTTP, and others still not', async t => {
  const resolve = names({ public: ['93.184.215.14'], inside: ['10.0.0.1'] })
  const guard = createGuard({ allow: [], plainHttp: 'public hosts', resolve })
  t.equal(guard.check('http://lists.example/ca.crl').href, 'http://lists.example/ca.crl')
  guard.check('http://93.184.215.14/ca.crl')
  t.same(await look(guard, 'http', 'public'), [{ address: '93.184.215.14', family: 4 }])
  for (const url of ['http://127.0.0.1/', 'http://169.254.169.254/', 'http://[::1]/', 'ftp://lists.example/'])
    t.throws(() => guard.check(url), refused, url)
  await t.rejects(look(guard, 'http', 'inside'), refused)
})

t.test('every spelling of an address that is not public is refused', async t => {
  const urls = [
    'https://127.0.0.1/',
    'https://127.0.0.1:8443/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://127.0.0.1./',
    'https://①②⑦.0.0.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.255.255.255/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://198.19.255.255/',
    'https://203.0.113.9/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::FFFF:8.8.8.8]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:1::1]/',
    'https://[2001:db8::1]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[FE80::1]/',
    'https://[ff02::1]/',
    'https://[4000::1]/',
  ]
  for (const url of urls) t.throws(() => strict.check(url), { ...refused, message: /"network\.allow"/ }, url)
})

t.test('the sentence says what the address is and what to configure', async t => {
  t.throws(() => strict.check('https://10.1.2.3/'), {
    message:
      'The host "10.1.2.3" must not be called: its address is private. If it may be, name it in the setting "network.allow".',
  })
})

t.test('the first and the last address of every closed range are refused', async t => {
  for (const [range] of closedRanges) {
    const [first = '', prefix = ''] = range.split('/')
    for (const address of [first, last(first, Number(prefix))])
      t.throws(
        () => strict.check(`https://${address.includes(':') ? `[${address}]` : address}/`),
        refused,
        `${address} of ${range}`,
      )
  }
})

t.test('the neighbours of closed ranges may be called', async t => {
  // biome-ignore format: a table is read by its columns
  const hosts = [
    '9.255.255.255', '11.0.0.0',     '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0', '172.15.255.255',
    '172.32.0.0',    '192.167.255.255', '192.169.0.0',  '223.255.255.255',
    '[2000::1]',     '[2001:200::1]', '[2001:db9::1]',  '[2003::1]',   '[3ffe::1]',
  ]
  for (const host of hosts) t.doesNotThrow(() => strict.check(`https://${host}/`), host)
})

t.test('other schemes, credentials and what is no URL are refused', async t => {
  for (const url of [
    'file:///etc/passwd',
    'ftp://x.example/',
    'javascript:1',
    'data:,x',
    'gopher://x',
    'ws://x.example/',
  ])
    t.throws(() => strict.check(url), { ...refused, message: /only https: and http:/ }, url)
  for (const url of ['https://user:hunter2@x.example/', 'https://user@x.example/', 'https://127.0.0.1%2f@x.example/'])
    t.throws(() => strict.check(url), { ...refused, message: /^(?!.*hunter2).*user name or password/ }, url)
  for (const url of ['', '/path', 'x.example', 'https://', 'https://a b/', 'https://[::1%25lo]/', 'https://256.1.1.1/'])
    t.throws(() => strict.check(url), { ...refused, message: /cannot be read/ }, url)
})

t.test('what is allowed may be called, whichever way it is written', async t => {
  const guard = createGuard({ allow: ['127.0.0.0/8', '::1', 'Provider.Internal.', 'fd00::/8'] })
  for (const url of [
    'http://127.0.0.1:8080/',
    'http://2130706433/',
    'https://127.1.2.3/',
    'http://[::1]/',
    'http://[fd00::1]/',
    'http://provider.internal/',
    'http://PROVIDER.internal./',
  ])
    guard.check(url)
  for (const url of ['https://10.0.0.1/', 'http://[::ffff:127.0.0.1]/', 'http://[::2]/'])
    t.throws(() => guard.check(url), refused, url)
})

t.test('an allow-list that cannot be read is refused by its entry', async t => {
  for (const entry of [
    '',
    '10.0.0.0/33',
    '::/129',
    'a/b',
    'http://x',
    'x:80',
    '[::1]',
    '*.example',
    'a b',
    'user@host',
    'fe80::1%eth0',
  ])
    t.throws(
      () => createGuard({ allow: ['10.0.0.1', entry] }),
      { code: 'invalid', message: new RegExp(`"network.allow".*${JSON.stringify(entry).replace(/[*[\]]/g, '\\$&')}`) },
      entry,
    )
})

t.test('names are judged by the addresses they have when they are connected to', async t => {
  const guard = createGuard({
    allow: [],
    resolve: names({ public: ['93.184.215.14'], inside: ['10.0.0.1'], 'localhost.': ['127.0.0.1'] }),
  })
  t.same(await look(guard, 'https', 'public'), [{ address: '93.184.215.14', family: 4 }])
  await t.rejects(look(guard, 'https', 'inside'), { ...refused, message: /"inside".*private/ })
  await t.rejects(look(guard, 'https', 'localhost.'), { ...refused, message: /"localhost".*loopback/ })
  await t.rejects(look(guard, 'http', 'public'), { ...refused, message: /plain http:/ })
  await t.rejects(look(guard, 'https', 'nobody'), { code: 'ENOTFOUND' })
})

t.test('a name that answers differently the second time wins nothing', async t => {
  const answers = ['93.184.215.14', '169.254.169.254']
  const resolve: Resolve = async () => [{ address: answers.shift() ?? '', family: 4 }]
  const guard = createGuard({ allow: [], resolve })
  guard.check('https://rebind.example/')
  t.same(await look(guard, 'https', 'rebind.example'), [{ address: '93.184.215.14', family: 4 }])
  guard.check('https://rebind.example/')
  await t.rejects(look(guard, 'https', 'rebind.example'), refused)
})

t.test('of several addresses only those that may be called are connected to', async t => {
  const resolve = names({ mixed: ['127.0.0.1', '93.184.215.14', 'fe80::1%lo', '::ffff:10.0.0.1'] })
  t.same(await look(createGuard({ allow: [], resolve }), 'https', 'mixed'), [{ address: '93.184.215.14', family: 4 }])
  t.same(await look(createGuard({ allow: ['127.0.0.1'], resolve }), 'http', 'mixed'), [
    { address: '127.0.0.1', family: 4 },
  ])
})

t.test('an agent that wants one address gets one', async t => {
  const guard = createGuard({ allow: [], resolve: names({ public: ['93.184.215.14', '93.184.215.15'] }) })
  t.equal(await look(guard, 'https', 'public', {}), '93.184.215.14')
})

t.test('link-local addresses with a zone, and what is no address, are refused', async t => {
  const guard = createGuard({
    allow: [],
    resolve: names({ zone: ['fe80::1%eth0'], odd: ['not an address'], none: [] }),
  })
  for (const name of ['zone', 'odd', 'none']) await t.rejects(look(guard, 'https', name), refused, name)
})

t.test('an allowed name may have any address, an allowed address any name', async t => {
  const guard = createGuard({
    allow: ['provider', '10.0.0.0/8'],
    resolve: names({ provider: ['172.18.0.2'], 'PROVIDER.': ['172.18.0.2'], other: ['10.9.9.9'] }),
  })
  t.same(await look(guard, 'http', 'provider'), [{ address: '172.18.0.2', family: 4 }])
  t.same(await look(guard, 'http', 'PROVIDER.'), [{ address: '172.18.0.2', family: 4 }])
  t.same(await look(guard, 'http', 'other'), [{ address: '10.9.9.9', family: 4 }])
})

t.test('the system is asked unless a test answers', async t => {
  await t.rejects(look(strict, 'https', 'localhost'), refused)
})

/** The last address of a range, by arithmetic that has nothing to do with the guard's. */
function last(first: string, prefix: number): string {
  const [bits, width, base] = first.includes(':') ? [128, 4, 16] : [32, 2, 10]
  const number = (
    BigInt(first.includes(':') ? hexOf6(first) : hexOf4(first)) |
    ((1n << BigInt(bits - prefix)) - 1n)
  ).toString(16)
  const parts = number.padStart(bits / 4, '0').match(new RegExp(`.{${width}}`, 'g')) ?? []
  return parts.map(part => Number.parseInt(part, 16).toString(base)).join(base === 16 ? ':' : '.')
}

const hexOf4 = (address: string): string =>
  `0x${address
    .split('.')
    .map(part => Number(part).toString(16).padStart(2, '0'))
    .join('')}`

function hexOf6(address: string): string {
  const [head = '', tail = ''] = address.split('::')
  const [front, back] = [head, tail].map(side => side.split(':').filter(part => part !== ''))
  const middle = Array.from({ length: 8 - (front?.length ?? 0) - (back?.length ?? 0) }, () => '0')
  return `0x${[...(front ?? []), ...middle, ...(back ?? [])].map(part => part.padStart(4, '0')).join('')}`
}
