import t from 'tap'
import { hashToken, Secret } from '../../src/config/index.ts'

t.test('a token is known by its SHA-256', async t => {
  t.equal(hashToken('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  t.equal(new Secret('abc').reveal(), 'abc')
})
