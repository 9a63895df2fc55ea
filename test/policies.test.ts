import { readdir, readFile } from 'node:fs/promises'
import t from 'tap'
import { isJsonObject } from '../src/jsonld/index.ts'
import { evaluate, normalisePolicy } from '../src/policy/index.ts'

const folder = new URL('../policies/', import.meta.url)
const agreedAt = new Date('2026-06-01T00:00:00Z')

async function judge(file: string, who: { id?: string; groups?: readonly string[]; now?: string }) {
  const { '@context': context, ...policy } = JSON.parse(await readFile(new URL(file, folder), 'utf8'))
  const { id = 'did:web:somebody.example', groups = [], now = '2026-06-15T00:00:00Z' } = who
  const participant = { id, claims: { groups } }
  return evaluate(normalisePolicy(policy), { action: 'use', participant }, { now: new Date(now), agreedAt })
}

// biome-ignore format: a table is read by its columns
const cases = [
  // template                             who and when                               may use the data
  [ 'open.jsonld',                        {},                                        true  ],
  [ 'group-only.jsonld',                  { groups: ['members'] },                   true  ],
  [ 'group-only.jsonld',                  { groups: ['others'] },                    false ],
  [ 'named-participants.jsonld',          { id: 'did:web:laboratory.example' },      true  ],
  [ 'named-participants.jsonld',          {},                                        false ],
  [ 'until-a-date.jsonld',                { now: '2027-12-31T12:00:00Z' },           true  ],
  [ 'until-a-date.jsonld',                { now: '2028-01-01T00:00:00Z' },           false ],
  [ 'thirty-days-from-agreement.jsonld',  { now: '2026-06-30T23:59:00Z' },           true  ],
  [ 'thirty-days-from-agreement.jsonld',  { now: '2026-07-02T00:00:00Z' },           false ],
  [ 'no-redistribution.jsonld',           {},                                        true  ],
] as const

for (const [file, who, permitted] of cases)
  t.test(`${file}: ${JSON.stringify(who)} ${permitted ? 'may' : 'may not'} use the data`, async t => {
    const report = await judge(file, who)
    t.equal(report.permitted, permitted, report.reasons.join('; '))
  })

t.test('every policy to start from is judged here, and is in the list', async t => {
  const files = (await readdir(folder)).filter(name => name.endsWith('.jsonld'))
  const list = await readFile(new URL('README.md', folder), 'utf8')
  t.same(new Set(files), new Set(cases.map(([file]) => file)))
  for (const file of files) {
    t.ok(isJsonObject(JSON.parse(await readFile(new URL(file, folder), 'utf8'))))
    t.match(list, `\`${file}\``)
  }
})
