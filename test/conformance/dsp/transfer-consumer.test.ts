import t from 'tap'
import { subjectOf } from '../../../src/cli/conformance/kit.ts'
import { startSubject } from './connector.ts'
import { play } from './exchange.ts'
import { startPeer } from './peer.ts'
import { transferProtocol } from './transfer-words.ts'

// biome-ignore format: a table is read by its columns
const exchanges = [
  // the kit provides, we consume; 02-04 is switched off in the kit
  [ 'TP_C:01-01', '< request  > start       = STARTED    > terminate  = TERMINATED'                            ],
  [ 'TP_C:01-02', '< request  > start       = STARTED    > complete   = COMPLETED'                             ],
  [ 'TP_C:01-03', '< request  > start       = STARTED    > suspend    = SUSPENDED   > terminate  = TERMINATED' ],
  [ 'TP_C:01-04', '< request  > start       = STARTED    > suspend    = SUSPENDED   > start      = STARTED    > complete  = COMPLETED' ],
  [ 'TP_C:01-05', '< request  > terminate   = TERMINATED'                                                      ],
  [ 'TP_C:02-01', '< request  > start       < terminate  = TERMINATED'                                         ],
  [ 'TP_C:02-02', '< request  > start       < complete   = COMPLETED'                                          ],
  [ 'TP_C:02-03', '< request  > start       < suspend    ~ terminate  = TERMINATED'                            ],
  [ 'TP_C:02-04', '< request  > start       < suspend    ~ start      ~ complete    = COMPLETED'               ],
  [ 'TP_C:02-05', '< request  ~ terminate   = TERMINATED'                                                      ],
  [ 'TP_C:03-01', '< request  = REQUESTED   x complete   = REQUESTED'                                          ],
  [ 'TP_C:03-02', '< request  = REQUESTED   x suspend    = REQUESTED'                                          ],
  [ 'TP_C:03-03', '< request  = REQUESTED   > start      = STARTED    > suspend     = SUSPENDED  x complete   = SUSPENDED'  ],
  [ 'TP_C:03-04', '< request  = REQUESTED   > start      = STARTED    > terminate   = TERMINATED x start      = TERMINATED' ],
  [ 'TP_C:03-05', '< request  = REQUESTED   > start      = STARTED    > terminate   = TERMINATED x suspend    = TERMINATED' ],
  [ 'TP_C:03-06', '< request  = REQUESTED   > start      = STARTED    > terminate   = TERMINATED x complete   = TERMINATED' ],
] as const

t.jobs = 5
const subject = await startSubject(t)

for (const [testId, exchange] of exchanges)
  t.test(`${testId} ${exchange}`, { buffered: true }, async t => {
    const peer = await startPeer(t, subject)
    const begin = () => subject.beginTransfer(peer.url, subjectOf(testId))
    await play({ t, subject, peer, testId, role: 'consumer' }, transferProtocol, exchange, begin)
  })
