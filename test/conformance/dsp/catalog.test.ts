import t from 'tap'
import { KIT_FORMAT, kitDatasets } from '../../../src/cli/conformance/kit.ts'
import { DSP_CONTEXT } from '../../../src/dsp/index.ts'
import { assertValid } from '../../support/spec.ts'
import { startSubject } from './connector.ts'
import { startPeer } from './peer.ts'

interface Offered {
  readonly '@id': string
  readonly hasPolicy: readonly Readonly<Record<string, unknown>>[]
  readonly distribution: readonly { readonly format: string }[]
}

const subject = await startSubject(t)
const request = { '@type': 'CatalogRequestMessage', '@context': [DSP_CONTEXT] }

t.test('CAT:01-01 the dataset is in the catalogue', async t => {
  const peer = await startPeer(t, subject)
  const { status, body } = await peer.say(`${subject.protocolUrl}/catalog/request`, request)
  t.equal(status, 200)
  assertValid(t, body)
  t.match(body, { '@context': [DSP_CONTEXT], '@type': 'Catalog', participantId: subject.participantId })
  const datasets = body.dataset as readonly Offered[]
  t.same(
    datasets.map(dataset => dataset['@id']).sort(),
    [...kitDatasets].sort(),
    'every dataset is there, and no other',
  )
  for (const { hasPolicy, distribution } of datasets) {
    t.equal(hasPolicy.length, 1)
    t.notOk('target' in (hasPolicy[0] ?? {}), 'an offer in a catalogue has no target')
    t.match(
      distribution.map(({ format }) => format),
      [KIT_FORMAT],
    )
  }
})

t.test('CAT:01-02 a dataset comes by its id, with the offer it has in the catalogue', async t => {
  const peer = await startPeer(t, subject)
  const { status, body } = await peer.look(`${subject.protocolUrl}/catalog/datasets/CAT0102`)
  t.equal(status, 200)
  assertValid(t, body)
  t.match(body, { '@type': 'Dataset', '@id': 'CAT0102', hasPolicy: [{ '@id': subject.offers.get('CAT0102') }] })
})

t.test('CAT:01-03 an unknown dataset is an error of the catalogue', async t => {
  const peer = await startPeer(t, subject)
  const { status, body } = await peer.look(`${subject.protocolUrl}/catalog/datasets/CAT0103`)
  t.equal(status, 404)
  assertValid(t, body)
  t.match(body, { '@context': [DSP_CONTEXT], '@type': 'CatalogError', code: 'not-found', reason: [/CAT0103/] })
})

t.test('without a token that we know there is no catalogue', async t => {
  const nobody = await startPeer(t, { authorization: 'Bearer of no token' })
  const { status, body } = await nobody.say(`${subject.protocolUrl}/catalog/request`, request)
  t.equal(status, 401)
  assertValid(t, body)
  t.equal(body['@type'], 'CatalogError')
})
