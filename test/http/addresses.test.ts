import fc from 'fast-check'
import t from 'tap'
import { createAddressSet, isRange } from '../../src/http/addresses.ts'

/** An IPv4 address as a number, and back. */
const dotted = (number: number): string => [24, 16, 8, 0].map(shift => (number >>> shift) & 255).join('.')

t.test('a range holds an address exactly if their first bits agree', async () => {
  const number = fc.nat({ max: 2 ** 32 - 1 })
  const close = fc.tuple(number, fc.integer({ min: 0, max: 32 }), fc.nat({ max: 2 ** 32 - 1 }), fc.boolean())
  fc.assert(
    fc.property(close, ([base, prefix, other, near]) => {
      const mask = prefix === 0 ? 0 : (~0 << (32 - prefix)) >>> 0
      const asked = near ? ((base & mask) | (other & ~mask)) >>> 0 : other
      const inside = (base & mask) >>> 0 === (asked & mask) >>> 0
      return createAddressSet([`${dotted(base)}/${prefix}`]).has(dotted(asked)) === inside
    }),
    { numRuns: 1_000 },
  )
})

t.test('an address alone is a range of one', async t => {
  const set = createAddressSet(['10.0.0.1', '::1'])
  t.ok(set.has('10.0.0.1'))
  t.notOk(set.has('10.0.0.2'))
  t.ok(set.has('0:0:0:0:0:0:0:1'))
  t.notOk(set.has('::2'))
})

t.test('one family is never taken for the other', async t => {
  t.notOk(createAddressSet(['::/0']).has('8.8.8.8'))
  t.notOk(createAddressSet(['0.0.0.0/0']).has('::ffff:8.8.8.8'))
})

t.test('a zone does not hide an address', async t => {
  t.ok(createAddressSet(['fe80::/10']).has('fe80::1%eth0'))
})

t.test('what is no address is in no set', async t => {
  for (const text of ['', 'localhost', '10.0.0', '10.0.0.1/8'])
    t.notOk(createAddressSet(['0.0.0.0/0', '::/0']).has(text))
})

t.test('addresses and ranges are told from anything else', async t => {
  for (const text of ['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', 'fd00::/8', '::/128']) t.ok(isRange(text), text)
  for (const text of [
    '',
    'x',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '::/129',
    '1/2/3',
    '010.0.0.1',
    'fe80::1%eth0',
  ])
    t.notOk(isRange(text), text)
  t.throws(() => createAddressSet(['x']), /x is no address/)
})
