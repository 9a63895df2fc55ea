import t from 'tap'
import { startSubject } from './connector.ts'
import { play } from './exchange.ts'
import { negotiationProtocol } from './negotiation-words.ts'
import { startPeer } from './peer.ts'

// biome-ignore format: a table is read by its columns
const exchanges = [
  // the kit consumes, we provide
  [ 'CN:01-01', '> request  < offer      > terminate  = TERMINATED'                          ],
  [ 'CN:01-02', '> request  < offer      > request    < terminate'                           ],
  [ 'CN:01-03', '> request  < offer      > accept     < agree       > verify     < finalize' ],
  [ 'CN:01-04', '> request  < agree      > verify     < finalize'                            ],
  [ 'CN:02-01', '> request  ~ terminate'                                                     ],
  [ 'CN:02-02', '> request  > terminate  = TERMINATED'                                       ],
  [ 'CN:02-03', '> request  < agree      > terminate  = TERMINATED'                          ],
  [ 'CN:02-04', '> request  < offer      > terminate  = TERMINATED'                          ],
  [ 'CN:02-05', '> request  < offer      ~ terminate'                                        ],
  [ 'CN:02-06', '> request  < offer      > accept     ~ terminate'                           ],
  [ 'CN:02-07', '> request  < agree      > verify     < terminate'                           ],
  [ 'CN:03-01', '> request  < agree      > verify     < finalize    = FINALIZED  x terminate' ],
  [ 'CN:03-02', '> request  < offer      x verify'                                           ],
  [ 'CN:03-03', '> request  < offer      > accept     x verify'                              ],
  [ 'CN:03-04', '> request  < offer      > request    x request'                             ],
] as const

t.jobs = 5
const subject = await startSubject(t)

for (const [testId, exchange] of exchanges)
  t.test(`${testId} ${exchange}`, { buffered: true }, async t => {
    const peer = await startPeer(t, subject)
    const talk = await play(
      { t, subject, peer, testId, role: 'provider' },
      negotiationProtocol,
      exchange,
      async () => {},
    )
    const record = await subject.agreementOf(talk.pid ?? '')
    const agreed = talk.said.find(({ carried }) => 'agreement' in carried)?.carried.agreement
    if (talk.state !== 'TERMINATED')
      t.same(record?.agreement, agreed, 'the agreement that was sent is the one that is kept')
    t.equal(
      record !== undefined && record.finalizedAt !== null,
      talk.state === 'FINALIZED',
      'it counts when it is final',
    )
  })

t.test('the parties to a negotiation are the only ones for whom it exists', { buffered: true }, async t => {
  const peer = await startPeer(t, subject)
  const ids = { t, subject, peer, testId: 'CN:02-02', role: 'provider' } as const
  const { pid = '' } = await play(ids, negotiationProtocol, '> request', async () => {})
  const url = `${subject.protocolUrl}/negotiations/${encodeURIComponent(pid)}`
  const stranger = await startPeer(t, { authorization: subject.strangersAuthorization })
  t.equal((await stranger.look(url)).status, 404)
  const nobody = await startPeer(t, { authorization: 'Bearer of no token' })
  t.equal((await nobody.look(url)).status, 401)
})
