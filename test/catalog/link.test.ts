import t from 'tap'
import { findLink } from '../../src/catalog/link.ts'

const base = 'https://peer.example/dsp/catalog/request'

// biome-ignore format: a table is read by its columns
const cases: readonly [header: string | undefined, next: string | undefined][] = [
  [ undefined,                                                                        undefined                          ],
  [ '',                                                                               undefined                          ],
  [ '<https://peer.example/x?t=1>; rel="next"',                                       'https://peer.example/x?t=1'       ],
  [ '<https://peer.example/p>; rel="previous", <https://peer.example/n>; rel="next"', 'https://peer.example/n'           ],
  [ '<https://peer.example/a,b;c>; title="x"; rel=next',                              'https://peer.example/a,b;c'       ],
  [ '<?t=2>; REL="last NEXT"',                                                        `${base}?t=2`                      ],
  [ '</other>;rel=next',                                                              'https://peer.example/other'       ],
  [ '<https://evil.example/x>; rel="next"',                                           undefined                          ],
  [ '<http://peer.example/x>; rel="next"',                                            undefined                          ],
  [ '<https://peer.example:8443/x>; rel="next"',                                      undefined                          ],
  [ '<https://peer.example@evil.example/x>; rel="next"',                              undefined                          ],
  [ '<http://[>; rel="next"',                                                         undefined                          ],
  [ '<https://peer.example/x>; rel="nextish"',                                        undefined                          ],
]

for (const [header, next] of cases)
  t.test(`${header} leads to ${next}`, async t => {
    t.equal(findLink(header, 'next', base), next)
  })
