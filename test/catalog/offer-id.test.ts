import fc from 'fast-check'
import t from 'tap'
import { offerId, parseOfferId } from '../../src/catalog/offer-id.ts'

t.test('an offer id tells its parts again, whatever they are made of', async t => {
  const part = fc.string({ unit: 'binary', minLength: 1 }).filter(text => !text.includes('\0'))
  fc.assert(
    fc.property(part, part, fc.stringMatching(/^[0-9a-f]{16}$/), (publicationId, datasetId, digest) => {
      const given = { publicationId, datasetId, digest }
      t.same(parseOfferId(offerId(given)), given)
      t.match(offerId(given), /^[\w.!~*'()%:-]+$/, 'needs no escaping in JSON or URLs')
    }),
  )
})
