import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadConfig } from '../../src/config/index.ts'
import { certificateAuthority, ecKey } from '../gaiax/authority.ts'
import { builtProgram } from '../support/program.ts'
import { runCommand } from './command.ts'

const ca = await certificateAuthority()

/** What an operator has before: a commented file, a key, its certificates, and the terms of the service. */
async function desk(t: Test, { config = started }: { config?: string } = {}) {
  const { pem, publicKey } = ecKey()
  const folder = t.testdir({
    ...(config !== '' && { 'kontor.yaml': config }),
    'key.pem': pem,
    'other.pem': ecKey().pem,
    'chain.pem': await ca.chain(publicKey, { hosts: ['p.example'] }),
    'terms.txt': 'the terms',
  })
  const path = (name: string) => join(folder, name)
  const run = (words: readonly string[], input?: string) =>
    runCommand(t, ['gaia-x', 'init', '-c', path('kontor.yaml'), ...words], {}, input)
  const config_ = () =>
    loadConfig({
      file: path('kontor.yaml'),
      environment: {
        KONTOR_MANAGEMENT_APIKEY: 'a-key-so-that-none-is-made',
        KONTOR_KEYS_PASSPHRASE: 'a passphrase for tests',
      },
    })
  return { path, run, text: () => readFileSync(path('kontor.yaml'), 'utf8'), config: config_ }
}

type Desk = Awaited<ReturnType<typeof desk>>

/** Of util-linux: runs a command at a terminal. */
const SCRIPT = 'script'

const started = `# Ours
participant:
  id: did:web:p.example   # us

# Do not touch: the firewall of building 3
network:
  allow: [10.1.0.0/16]


  timeout:   7s
log: {level: warn}
`

/** Everything that is needed, as options. */
const options = ({ path }: Desk): Record<string, string> => ({
  'membership-issuer': 'none',
  'legal-name': 'Provider SAS',
  country: 'FR',
  locality: 'Paris',
  'postal-code': '75001',
  'vat-id': 'FR12345678901',
  'terms-url': 'https://p.example/terms',
  'terms-sha256': path('terms.txt'),
  key: path('key.pem'),
  certificates: path('chain.pem'),
})

const flags = (given: Record<string, string>) => Object.entries(given).flatMap(([name, value]) => [`--${name}`, value])

t.test('with every answer as an option it asks nothing, and writes settings that a connector takes', async t => {
  const at = await desk(t)
  const before = at.text()
  const { code, stderr } = await at.run([...flags(options(at)), '--accept', '--by', 'Anne Martin', '--write', '--yes'])
  t.equal(code, 0, stderr)
  const { gaiaX, identity, protocol, network } = await at.config()
  t.match(gaiaX, {
    mode: 'on',
    legalName: 'Provider SAS',
    legalAddress: { countryCode: 'FR', postalCode: '75001', locality: 'Paris' },
    headquartersAddress: undefined,
    registrationNumbers: [{ kind: 'vat-id', value: 'FR12345678901', countryCode: 'FR' }],
    serviceTerms: { url: 'https://p.example/terms', sha256: createHash('sha256').update('the terms').digest('hex') },
    consent: { by: 'Anne Martin' },
    certificates: at.path('chain.pem'),
  })
  t.match(
    { identity, protocol, network },
    {
      identity: { mode: 'dcp', dcp: { required: [] } },
      protocol: { publicUrl: 'https://p.example' },
      network: { timeout: 7_000 },
    },
  )
  t.ok(at.text().startsWith(before), 'what stood there stands there, to the byte')
  t.match(stderr, /^\+ {3}legalName: Provider SAS$/m, 'the difference was shown')
  t.match(stderr, /Next:\n {2}1\. kontor serve/)
})

t.test('without --write and somebody to ask, the settings are told and nothing is written', async t => {
  const at = await desk(t)
  const before = at.text()
  const { code, stdout, stderr } = await at.run(flags(options(at)))
  t.equal(code, 0)
  t.match(stdout, /^gaiaX:\n {2}mode: on\n {2}legalName: Provider SAS$/m)
  t.notMatch(stdout, /consent/, 'nobody has accepted anything')
  t.match(stderr, /not accepted: no label can be had/)
  t.equal(at.text(), before)
})

t.test('what is missing is told by the options that give it, all at once', async t => {
  const at = await desk(t)
  const { 'legal-name': _, 'vat-id': __, ...rest } = options(at)
  const { code, stderr } = await at.run([...flags({ ...rest, country: 'FRANCE', eori: '12' }), '--accept'])
  t.equal(code, 1)
  t.match(stderr, /--country was given "FRANCE"\. It must be a country code of two letters/)
  t.match(stderr, /--eori was given "12"\. It must be two letters of a country/)
  t.match(stderr, /--legal-name <text> {2}the name of the legal person/)
  t.match(stderr, /--by <text> {2}who you are, who accept/)
  const none = await at.run(flags(rest))
  t.match(none.stderr, /--vat-id or --lei-code or --eori or --tax-id or --euid or --local or --country-company-number/)
  t.match(none.stderr, /--interactive/)
})

t.test('a file is not changed without a yes', async t => {
  const at = await desk(t)
  const before = at.text()
  const { code, stderr } = await at.run([...flags(options(at)), '--write'])
  t.equal(code, 1)
  t.match(stderr, /say --yes\. Nothing was written/)
  t.equal(at.text(), before)
})

/** The answers of somebody who makes mistakes, each after what it answers. */
const conversation = ({ path }: Desk): readonly string[] => [
  '', // the DID that the file has
  '', // the URL that follows from it
  'did:web:authority.example',
  'Provider SAS',
  '-',
  'France',
  'fr',
  '',
  'Paris',
  '',
  '75001',
  '1 rue de Rivoli',
  'maybe',
  'no',
  'DE',
  '',
  'Bonn',
  '53111',
  '',
  'passport',
  'lei-code',
  'LAB000KONTORNORDWE62',
  'LAB000KONTORNORDWE63',
  'country-company-number',
  '123 456 789',
  '',
  'FR',
  '',
  'yes',
  'Anne Martin, CEO',
  '',
  'terms.txt',
  'https://p.example/terms',
  path('terms.txt'),
  path('terms.txt'),
  path('other.pem'),
  path('chain.pem'),
  '', // the chain is another key's; then none for now
  '',
  'https://notary.example',
  '',
  'https://compliance.example',
  '',
  'did:web:notary.example',
  'did:web:compliance.example',
  '',
]

t.test('somebody is asked in plain words, and again with the reason where an answer cannot be taken', async t => {
  const at = await desk(t)
  const answers = [...conversation(at), 'yes', 'no']
  const { code, stderr } = await at.run(['--interactive'], `${answers.join('\n')}\n`)
  t.equal(code, 0, stderr)
  for (const reason of [
    /It must be a country code of two letters/,
    /Answer yes or no/,
    /It must be one of vat-id, lei-code/,
    /two check digits that fit them/,
    /It must be an http or https URL/,
    /The private key cannot be read.*Or answer made/,
    /The first certificate is for another key/,
  ])
    t.match(stderr, reason)
  const { gaiaX, identity } = await at.config()
  t.match(gaiaX, {
    mode: 'off',
    legalAddress: { countryCode: 'FR', streetAddress: '1 rue de Rivoli' },
    headquartersAddress: { countryCode: 'DE', locality: 'Bonn' },
    registrationNumbers: [
      { kind: 'lei-code', value: 'LAB000KONTORNORDWE63', countryCode: 'FR' },
      { kind: 'country-company-number', value: '123 456 789', countryCode: 'FR' },
    ],
    consent: { by: 'Anne Martin, CEO' },
    notary: 'https://notary.example/',
    compliance: 'https://compliance.example/',
    trustedIssuers: [
      { id: 'did:web:notary.example', types: ['LeiCode', 'CountryCompanyNumber'] },
      { id: 'did:web:compliance.example', types: ['LabelCredential', 'ComplianceCredential'] },
    ],
  })
  t.match(identity.dcp.trustedIssuers, [{ id: 'did:web:authority.example' }])
  t.match(stderr, /1\. kontor gaia-x csr.*--out request\.pem/, 'without a certificate that is the next step')
})

t.test('asked again, it offers what it has, and keeps who has accepted what', async t => {
  const at = await desk(t)
  await at.run([...flags(options(at)), '--accept', '--by', 'Anne Martin', '--write', '--yes'])
  const before = at.text()
  const { code, stderr } = await at.run(['--interactive'], '\n'.repeat(40))
  t.equal(code, 0, stderr)
  t.match(stderr, /\[Provider SAS\]/)
  t.notMatch(stderr, /do you accept them/)
  t.match(stderr, /says all that already/)
  t.equal(at.text(), before)
})

t.test('whoever does not accept the terms and conditions is not said to', async t => {
  const at = await desk(t)
  const lines = conversation(at).flatMap(answer => (answer === 'Anne Martin, CEO' ? [] : [answer]))
  const accept = lines.lastIndexOf('yes')
  const unattended = lines.map((line, index) => (index === accept ? 'no' : line))
  const { code, stderr } = await at.run(['--interactive'], `${[...unattended, 'yes'].join('\n')}\n`)
  t.equal(code, 0, stderr)
  t.equal((await at.config()).gaiaX.consent, undefined)
})

t.test('answers that end too early change nothing', async t => {
  const at = await desk(t)
  const before = at.text()
  const { code, stderr } = await at.run(['--interactive'], `${conversation(at).slice(0, 9).join('\n')}\n`)
  t.equal(code, 1)
  t.match(stderr, /The answers ended before all was asked\. Nothing was written/)
  t.equal(at.text(), before)
})

t.test('where there is no file one is made, for its owner alone', async t => {
  const at = await desk(t, { config: '' })
  const given = { did: 'did:web:p.example', ...options(at) }
  const { code, stderr } = await at.run([...flags(given), '--write', '--yes'])
  t.equal(code, 0, stderr)
  t.equal(statSync(at.path('kontor.yaml')).mode & 0o777, 0o600)
  t.match(await at.config(), { participant: { id: 'did:web:p.example' }, gaiaX: { mode: 'on' } })
})

t.test('with --sign a first self-description is signed into a file, and is valid', async t => {
  const at = await desk(t)
  const given = { ...options(at), notary: 'https://notary.example', registry: 'https://registry.example' }
  const { code, stderr } = await at.run([...flags(given), '--write', '--yes', '--sign'])
  t.equal(code, 0, stderr)
  const file = at.path('gaia-x-self-description.jwt')
  t.match(stderr, `Signed and valid: ${file}`)
  const validated = await runCommand(t, ['gaia-x', 'validate', file, '-o', 'json'])
  t.match(validated, { code: 0, stdout: '[]\n' }, validated.stderr)
})

t.test('a key that the connector makes can sign nothing yet', async t => {
  const at = await desk(t)
  const { certificates: _, ...rest } = options(at)
  const { code, stderr } = await at.run([...flags({ ...rest, key: 'made' }), '--write', '--yes', '--sign'])
  t.equal(code, 1)
  t.match(stderr, /needs the key in a file/)
  t.notOk(existsSync(at.path('gaia-x-self-description.jwt')))
})

t.test('settings that are not asked for stay', async t => {
  const at = await desk(t)
  writeFileSync(
    at.path('kontor.yaml'),
    `${started}gaiaX: { validity: 1d, serviceName: 'A name' , legalDocuments: ['https://p.example/x'] }\n`,
  )
  const { code } = await at.run([...flags(options(at)), '--write', '--yes'])
  t.equal(code, 0)
  t.match(await at.config(), { gaiaX: { legalDocuments: ['https://p.example/x'], serviceName: 'A name' } })
})

/** What somebody at a terminal answers, by pieces of the questions. */
const typed = ({ path }: Desk): readonly (readonly [question: string, answer: string])[] => [
  ['Under which DID', ''],
  ['Under which URL', ''],
  ['Which authority', 'none'],
  ['the name of the legal person', 'Provider SAS'],
  ['A sentence about it', ''],
  ['In which country', 'XX'],
  ['In which country', 'FR'],
  ['region or state', ''],
  ['In which town', 'Paris'],
  ['postal code', '75001'],
  ['In which street', ''],
  ['Are its headquarters', ''],
  ['Under which kind of number', 'vat-id'],
  ['Its number', 'FR12345678901'],
  ['Another kind', ''],
  ['do you accept them', 'no'],
  ['What is the service called', ''],
  ['Where are the terms', 'https://p.example/terms'],
  ['Which SHA-256', path('terms.txt')],
  ['has the private key', path('key.pem')],
  ['has the certificate', path('chain.pem')],
  ['has the root certificates', ''],
  ['which notary', ''],
  ['Write this', 'yes'],
  ['Sign the self-description', 'no'],
]

t.test('at a terminal it asks without being told to', async t => {
  if (spawnSync(SCRIPT, ['--version']).error !== undefined)
    return void t.pass('left out: script (util-linux) is not there')
  const at = await desk(t)
  const command = `${process.execPath} ${await builtProgram()} gaia-x init -c ${at.path('kontor.yaml')}`
  const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], { env: { PATH: process.env.PATH, TERM: 'dumb' } })
  t.teardown(() => child.kill('SIGKILL'))
  // A terminal shows each answer when it is typed, so it is typed when the question is there.
  const questions = [...typed(at)]
  let shown = ''
  let seen = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    const [question, answer] = questions[0] ?? ['']
    const place = question === '' ? -1 : shown.indexOf(question, seen)
    if (place < 0 || !/[?.)\]] $/.test(shown)) return
    seen = shown.length
    questions.shift()
    child.stdin.write(`${answer}\r`)
  })
  const [code] = await once(child, 'close')
  t.equal(code, 0, shown)
  t.strictSame(questions, [])
  t.match(shown, /country code of two letters/)
  t.match(await at.config(), { gaiaX: { mode: 'on', legalName: 'Provider SAS' } })
})

t.test('headquarters elsewhere and numbers of every kind are options, too; what stood there beside stays', async t => {
  const gaiaX = `gaiaX:
  legalAddress: { countryCode: FR, countryName: France, locality: Lyon }
  registrationNumbers:
    - { kind: vat-id, value: DE123456789, countryCode: DE } # of the branch
`
  const at = await desk(t, { config: `${started}${gaiaX}` })
  const kinds = {
    'vat-id': 'DE123456789',
    'lei-code': 'LAB000KONTORNORDWE63',
    eori: 'FR12345',
    'tax-id': '42 / 17',
    euid: 'frim.123456789',
    local: 'HRB 4711',
    'country-company-number': '123456789',
  }
  const given = {
    ...options(at),
    ...kinds,
    'headquarters-country': 'DE',
    'headquarters-locality': 'Bonn',
    'headquarters-postal-code': '53111',
  }
  const { code, stderr } = await at.run([...flags(given), '--write', '--yes'])
  t.equal(code, 0, stderr)
  const { registrationNumbers, legalAddress, headquartersAddress } = (await at.config()).gaiaX
  t.match(legalAddress, { countryCode: 'FR', countryName: 'France', locality: 'Paris' })
  t.match(headquartersAddress, { countryCode: 'DE', locality: 'Bonn', postalCode: '53111' })
  t.strictSame(
    registrationNumbers.map(({ kind, value, countryCode }) => [kind, value, countryCode]),
    [
      ['vat-id', 'DE123456789', 'DE'],
      ['lei-code', 'LAB000KONTORNORDWE63', 'FR'],
      ['eori', 'FR12345', 'FR'],
      ['tax-id', '42 / 17', undefined],
      ['euid', 'FRIM.123456789', undefined],
      ['local', 'HRB 4711', undefined],
      ['country-company-number', '123456789', 'FR'],
    ],
  )
})
