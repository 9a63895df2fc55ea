import t from 'tap'
import { subjectOf } from '../../../src/cli/conformance/kit.ts'
import { startSubject } from './connector.ts'
import { play } from './exchange.ts'
import { negotiationProtocol } from './negotiation-words.ts'
import { startPeer } from './peer.ts'

// biome-ignore format: a table is read by its columns
const exchanges = [
  // the kit provides, we consume
  [ 'CN_C:01-01', '< request  > offer      < accept      > agree       < verify      > finalize    = FINALIZED' ],
  [ 'CN_C:01-02', '< request  > offer      < request     > terminate'                                           ],
  [ 'CN_C:01-03', '< request  > offer      < terminate   = TERMINATED'                                          ],
  [ 'CN_C:01-04', '< request  > agree      < verify      > finalize    = FINALIZED'                             ],
  [ 'CN_C:02-01', '< request  > terminate  = TERMINATED'                                                        ],
  [ 'CN_C:02-02', '< request  ~ terminate  = TERMINATED'                                                        ],
  [ 'CN_C:02-03', '< request  > agree      < terminate   = TERMINATED'                                          ],
  [ 'CN_C:02-04', '< request  > offer      = OFFERED     > terminate   = TERMINATED'                            ],
  [ 'CN_C:02-05', '< request  > offer      < accept      > terminate   = TERMINATED'                            ],
  [ 'CN_C:02-06', '< request  > agree      < verify      > terminate   = TERMINATED'                            ],
  [ 'CN_C:03-01', '< request  x finalize   = REQUESTED'                                                         ],
  [ 'CN_C:03-02', '< request  > offer      = OFFERED     x agree       = OFFERED'                               ],
  [ 'CN_C:03-03', '< request  > offer      x finalize    = OFFERED'                                             ],
  [ 'CN_C:03-04', '< request  > offer      < accept      x finalize    = ACCEPTED'                              ],
  [ 'CN_C:03-05', '< request  > offer      < accept      x offer       = ACCEPTED'                              ],
  [ 'CN_C:03-06', '< request  > offer      < accept      > agree       x finalize    = AGREED'                  ],
] as const

t.jobs = 5
const subject = await startSubject(t)

for (const [testId, exchange] of exchanges)
  t.test(`${testId} ${exchange}`, { buffered: true }, async t => {
    const peer = await startPeer(t, subject)
    const begin = () => subject.beginNegotiation(peer.url, subjectOf(testId))
    const talk = await play({ t, subject, peer, testId, role: 'consumer' }, negotiationProtocol, exchange, begin)
    const record = await subject.agreementOf(talk.pid ?? '')
    const agreed = talk.said.find(({ carried }) => 'agreement' in carried)?.carried.agreement
    if (talk.state !== 'TERMINATED')
      t.same(record?.agreement, agreed, 'the agreement that came is the one that is kept')
    t.equal(
      record !== undefined && record.finalizedAt !== null,
      talk.state === 'FINALIZED',
      'it counts when it is final',
    )
  })
