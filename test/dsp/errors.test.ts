import t from 'tap'
import { errorBody, reasonOf } from '../../src/dsp/errors.ts'
import { invalid, notFound, unavailable } from '../../src/errors.ts'
import { assertValid } from '../support/spec.ts'

const pids = { consumerPid: 'urn:uuid:c', providerPid: 'urn:uuid:p' }

for (const type of ['ContractNegotiationError', 'TransferError'] as const)
  t.test(`a ${type} names the process, a code and the reasons`, async t => {
    const body = errorBody(
      type,
      invalid('Something is wrong.', { faults: [{ path: '/offer', message: 'is missing' }] }),
      pids,
    )
    t.match(body, { '@type': type, ...pids, code: 'invalid', reason: ['Something is wrong.', '/offer: is missing'] })
    await assertValid(t, body)
  })

t.test('where the request named no process, the nil UUID stands: the schemas demand both pids', async t => {
  const body = errorBody('TransferError', notFound('transfer', 'x'), {})
  t.match(body, { consumerPid: 'urn:uuid:00000000-0000-0000-0000-000000000000' })
  await assertValid(t, body)
})

t.test('a CatalogError has no process', async t => {
  const body = errorBody('CatalogError', notFound('dataset', 'x'), pids)
  t.notOk('consumerPid' in body)
  await assertValid(t, body)
})

// biome-ignore format: a table is read by its columns
const told = [
  [ { reason: ['a', 'b'], code: '1' },                          'a; b'      ],
  [ { reason: 'just text' },                                    'just text' ],
  [ { reason: [{ '@value': 'tagged', '@language': 'en' }] },    'tagged'    ],
  [ { reason: [{ odd: 1 }] },                                   '{"odd":1}' ],
  [ { code: '409' },                                            '409'       ],
  [ {},                                                         undefined   ],
  [ 'not an object',                                            undefined   ],
  [ null,                                                       undefined   ],
] as const

for (const [body, reason] of told)
  t.test(`of ${JSON.stringify(body)} we read ${reason}`, async t => t.equal(reasonOf(body), reason))

t.test('what a peer says is bounded', async t => {
  t.ok((reasonOf({ reason: Array.from({ length: 10_000 }, () => 'x'.repeat(10_000)) })?.length ?? 0) <= 1_000)
})

t.test('what is wrong on our side tells a peer no host and no part of ours', async t => {
  const body = errorBody(
    'TransferError',
    unavailable('The database cannot be reached: connect ECONNREFUSED 10.0.0.5:5432.'),
    {},
  )
  t.match(body, { code: 'unavailable', reason: [/try again later/] })
  t.notMatch(JSON.stringify(body), /10\.0\.0\.5/)
  await assertValid(t, body)
})
