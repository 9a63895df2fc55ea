import t from 'tap'
import { parse } from 'yaml'
import { changeSettings } from '../../src/cli/settings-file/change.ts'
import { diffLines } from '../../src/cli/settings-file/diff.ts'

const file = `# The whole file
participant:
  id: did:web:p.example   # us

network:
  allow: [10.1.0.0/16, localhost]


  timeout:   10s   # odd, but ours
# about Gaia-X
gaiaX:
  # as it is registered
  legalName: "Old" # say it
  legalAddress: { countryCode: DE, locality: Bonn }
  # inside

# before the log
log: {level: info}
# the end
`

const changes = new Map<string, unknown>([
  ['gaiaX.legalName', 'New'],
  ['gaiaX.legalAddress', { countryCode: 'DE', postalCode: '53111' }],
  ['gaiaX.registrationNumbers', [{ kind: 'vat-id', value: 'DE1' }]],
  ['identity.mode', 'dcp'],
])

t.test('of a changed file only what is to change changes: comments and what stands beside stay', t => {
  const text = changeSettings(file, changes)
  t.strictSame(parse(text), {
    ...parse(file),
    gaiaX: {
      legalName: 'New',
      legalAddress: { countryCode: 'DE', postalCode: '53111' },
      registrationNumbers: [{ kind: 'vat-id', value: 'DE1' }],
    },
    identity: { mode: 'dcp' },
  })
  for (const [comment] of file.matchAll(/#.*/g)) t.ok(text.includes(comment), comment)
  t.ok(text.startsWith(file.slice(0, file.indexOf('gaiaX:'))))
  t.ok(text.includes('\n# before the log\nlog: {level: info}\n# the end\n'))
  t.end()
})

t.test('settings that say already what they shall leave the file as it is, to the byte', t => {
  t.equal(
    changeSettings(
      file,
      new Map<string, unknown>([
        ['gaiaX.legalName', 'Old'],
        ['log.level', 'info'],
        ['gaiaX.key', undefined],
      ]),
    ),
    file,
  )
  t.end()
})

t.test('changed twice to the same it does not change again', t => {
  const once = changeSettings(file, changes)
  t.equal(changeSettings(once, changes), once)
  t.end()
})

// biome-ignore format: a table is read by its columns
const odd: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'an empty file':                    [ '',                                 'gaiaX:\n  mode: on\n'                                ],
  'a file of comments alone':         [ '# nothing\n',                      '# nothing\n\ngaiaX:\n  mode: on\n'                   ],
  'a group that is only named':       [ 'gaiaX:\n  # to come\nrole: all\n', 'gaiaX:\n  # to come\n  mode: on\nrole: all\n'        ],
  'a file that does not end its line': [ 'role: all',                       'role: all\n\ngaiaX:\n  mode: on\n'                   ],
  'a file in braces':                 [ '{ role: all }\n',                  '{ role: all, gaiaX: { mode: on } }\n'                ],
  'a group in braces':                [ 'gaiaX: { mode: off }\n',           'gaiaX: { mode: on }\n'                               ],
}

for (const [name, [before, after]] of Object.entries(odd))
  t.test(`${name} can be changed`, t => {
    t.equal(changeSettings(before, new Map([['gaiaX.mode', 'on']])), after)
    t.end()
  })

for (const text of ['a: [', '- a\n- b\n', 'gaiaX: text\n', 'base: &base { mode: off }\ngaiaX: *base\n'])
  t.test(`${JSON.stringify(text)} is left to people`, t => {
    t.throws(() => changeSettings(text, new Map([['gaiaX.mode', 'on']])), { code: 'invalid' })
    t.end()
  })

t.test('of a difference only the lines that go and come are shown', t => {
  const before = 'management:\n  apiKey: a-secret\nlog:\n  level: info\n'
  t.equal(diffLines(before, before.replace('info', 'warn'), { color: false }), '-   level: info\n+   level: warn\n')
  t.end()
})

t.test('a private key that goes is not shown', t => {
  const key = '  key: |\n    -----BEGIN PRIVATE KEY-----\n    MIIE\n    -----END PRIVATE KEY-----\n'
  const shown = diffLines(`gaiaX:\n${key}`, 'gaiaX:\n  key: { file: key.pem }\n', { color: false })
  t.notMatch(shown, /MIIE|BEGIN/)
  t.match(shown, /\+ {3}key: \{ file: key\.pem \}/)
  t.end()
})
