import fc from 'fast-check'
import t from 'tap'
import { fromToken, toToken } from '../../src/catalog/continuation.ts'

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

t.test('a token leads back to its place, and needs no escaping in a URL', async t => {
  for (const place of [{ after: 'd/1 ü' }, { before: 'd1' }, { offset: 7 }]) {
    const token = toToken(place, undefined)
    t.same(fromToken(token, undefined), place)
    t.same(fromToken(token, []), place, 'an empty filter is none')
    t.equal(encodeURIComponent(token), token)
  }
})

t.test('a token of another filter is refused', async t => {
  const token = toToken({ after: 'd1' }, [{ '@type': 'QuerySpec', limit: 1 }])
  t.throws(() => fromToken(token, [{ '@type': 'QuerySpec', limit: 2 }]), { code: 'invalid', message: /another filter/ })
})

t.test('what is no token is refused', async t => {
  const { of } = JSON.parse(Buffer.from(toToken({ offset: 1 }, []), 'base64url').toString())
  const forged = [
    { of },
    { after: 7, of },
    { offset: -1, of },
    { offset: 1e300, of },
    { after: 'a', before: 'b', of },
    { after: 'a\0', of },
    { after: 'a' },
    null,
    'x',
    [],
  ]
  for (const value of forged)
    t.throws(() => fromToken(base64(value), []), { code: 'invalid', faults: [{ path: 'continuationToken' }] })
  fc.assert(fc.property(fc.string(), text => void t.throws(() => fromToken(text, []), { code: 'invalid' })))
})
