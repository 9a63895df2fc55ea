import t from 'tap'
import { gaiaX } from '../../src/peers/checks/gaia-x.ts'
import type { Given } from '../../src/peers/patient.ts'

const now = new Date('2026-11-26T12:00:00Z')
const well = { level: 'SC', labelWanted: true, certificateUntil: new Date('2027-01-01T00:00:00Z'), troubles: [] }
const trouble = (state: string, reason: string | null = null) => ({
  about: 'https://us.example/gaia-x/credentials/label',
  task: 'validity',
  state,
  reason,
  since: new Date('2026-11-25T00:00:00Z'),
})

// biome-ignore format: a table is read by its columns
const standings: readonly (readonly [what: string, standing: object | undefined, outcome: string, side: string | null, finding: RegExp])[] = [
  [ 'nothing is said there',             undefined,                                                    'skipped',  null,   /gaiaX\.mode/                          ],
  [ 'all is well',                       well,                                                         'well',     null,   /labelled: SC/                         ],
  [ 'no label is wanted',                { ...well, level: undefined, labelWanted: false },             'well',     null,   /in order/                             ],
  [ 'there is no label yet',             { ...well, level: undefined },                                'doubtful', 'ours', /no label yet/                         ],
  [ 'the label was taken back',          { ...well, level: undefined, troubles: [trouble('revoked')] }, 'doubtful', 'ours', /label \(validity\) was revoked by its issuer, since 2026-11-25/ ],
  [ 'a label was refused, and more',     { ...well, troubles: [trouble('refused', 'no LRN'), trouble('failed')] }, 'doubtful', 'ours', /was refused, .*: no LRN\. So it is with 1 more\.$/ ],
  [ 'the certificate has expired',       { ...well, certificateUntil: now, troubles: [trouble('failed')] }, 'ill', 'ours', /certificate has expired at 2026-11-26/ ],
]

for (const [what, standing, outcome, side, finding] of standings)
  t.test(`the doctor finds, where ${what}: ${outcome}`, async t => {
    const given = { now: () => now, gaiaX: standing && (async () => standing) }
    t.match(await gaiaX({ question: { peer: 'x' }, ill: new Set() }, given as unknown as Given), {
      outcome,
      side,
      finding,
    })
  })
