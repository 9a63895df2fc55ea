import t from 'tap'
import { ownDataUrl, ownUrl } from '../../src/peers/checks/inward.ts'
import type { Given, Patient } from '../../src/peers/patient.ts'

/** Only addresses are looked at before anything is asked. */
const givenAt = (url: string) => ({ urls: () => ({ protocol: url, data: url }) }) as Given

const patientAt = (...addresses: string[]): Patient => ({
  question: { peer: 'did:web:peer' },
  addresses,
  ill: new Set(),
})

t.test('an address of ours that a peer elsewhere cannot reach is found without asking anybody', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    // we say              they are at       and so
    [ 'http://127.0.0.1:8282', '93.184.216.34', /this machine, and for them theirs/, 'their callbacks end at themselves' ],
    [ 'http://localhost:8282', '10.1.2.3',      /this machine, and for them theirs/, 'so they do in a private network' ],
    [ 'http://10.1.2.3:8282',  '93.184.216.34', /an address of our own network/,     'private addresses lead nowhere from outside' ],
    [ 'http://8.8.8.8',        '93.184.216.34', /without TLS/,                       'connectors call nobody by plain HTTP' ],
    [ 'http://nobody.invalid', '93.184.216.34', /a name that nobody knows/,          'a name must be known' ],
  ] as const
  for (const [ours, theirs, why, what] of table)
    for (const check of [ownUrl, ownDataUrl])
      t.match(
        await check(patientAt(theirs), givenAt(ours)),
        { outcome: 'ill', side: 'ours', finding: why, advice: /publicUrl/ },
        what,
      )
})
