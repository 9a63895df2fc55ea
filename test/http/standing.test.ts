import t from 'tap'
import { createAddressSet } from '../../src/http/addresses.ts'
import { createStandings } from '../../src/http/standing.ts'

t.test('an address is allowed, public, or named by why it is neither', async t => {
  const standingOf = createStandings(createAddressSet(['10.1.0.0/16']))
  t.same(['10.1.2.3', '10.2.0.1', '8.8.8.8', '::1', '::ffff:10.1.2.3', '2a00::1', 'x', ''].map(standingOf), [
    'allowed',
    'private',
    'public',
    'loopback',
    'IPv4-mapped',
    'public',
    'unreadable',
    'unreadable',
  ])
})

t.test('the answer stays the same, however many others are asked about in between', async t => {
  const standingOf = createStandings(createAddressSet([]))
  const addresses = Array.from({ length: 1_200 }, (_, index) => `${index % 2 ? 10 : 11}.0.${index >> 8}.${index & 255}`)
  for (let round = 0; round < 2; round++)
    t.ok(addresses.every(address => standingOf(address) === (address.startsWith('10.') ? 'private' : 'public')))
})
