import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadConfig } from '../../src/config/index.ts'
import { ecKey } from '../gaiax/authority.ts'
import { runCommand } from './command.ts'

const files = (t: Test, contents: Record<string, string>) => t.testdir(contents)

const address = { type: 'gx:Address', 'gx:countryCode': 'FR' }
const person = {
  '@context': ['https://www.w3.org/ns/credentials/v2', 'https://w3id.org/gaia-x/development#'],
  type: ['VerifiableCredential', 'gx:LegalPerson'],
  credentialSubject: {
    id: 'https://p.example/lp#cs',
    type: 'gx:LegalPerson',
    'gx:registrationNumber': { type: 'gx:VatID', 'gx:vatID': 'FR12345678901' },
    'gx:legalAddress': address,
    'gx:headquartersAddress': address,
  },
}

t.test('anybody’s credentials are held against the shapes: what is wrong is named, and how to mend it', async t => {
  const { 'gx:headquartersAddress': _, ...less } = person.credentialSubject
  const wrong = { ...less, 'gx:legalAddress': { ...address, 'gx:countryCode': 'FRANCE' } }
  const folder = files(t, {
    'good.json': JSON.stringify(person),
    'bad.json': JSON.stringify({ ...person, credentialSubject: wrong }),
    'none.txt': 'hello',
  })
  const good = await runCommand(t, ['gaia-x', 'validate', join(folder, 'good.json'), '-o', 'json'])
  t.match(good, { code: 0 })
  t.strictSame(JSON.parse(good.stdout), [])
  const bad = await runCommand(t, ['gaia-x', 'validate', join(folder, 'bad.json')])
  t.equal(bad.code, 6)
  t.match(bad.stdout, /gx:countryCode +Code .*must be an ISO 3166-1 code/)
  t.match(bad.stdout, /gx:headquartersAddress +MinCount .*add it/)
  t.match(bad.stderr, /2 things to mend/)
  t.match(await runCommand(t, ['gaia-x', 'validate', join(folder, 'none.txt')]), {
    code: 1,
    stderr: /no token and no JSON/,
  })
})

t.test('init writes settings that a connector takes', async t => {
  const folder = files(t, { 'key.pem': ecKey().pem })
  const answers = {
    'legal-name': 'Provider SAS',
    country: 'FR',
    locality: 'Paris',
    'postal-code': '75001',
    'vat-id': 'FR12345678901',
    'terms-url': 'https://p.example/terms',
    'terms-sha256': 'a'.repeat(64),
    certificates: 'chain.pem',
    key: 'key.pem',
    by: 'Anne Martin',
  }
  const options = Object.entries(answers).flatMap(([name, value]) => [`--${name}`, value])
  const { stdout: out, code } = await runCommand(t, ['gaia-x', 'init', ...options, '--accept'])
  t.equal(code, 0)
  const file = join(folder, 'kontor.yaml')
  writeFileSync(
    file,
    `participant: { id: 'did:web:p.example' }\nidentity: { mode: dcp, dcp: { required: [] } }\n${out}`,
  )
  const environment = {
    KONTOR_MANAGEMENT_APIKEY: 'a-key-so-that-none-is-made',
    KONTOR_KEYS_PASSPHRASE: 'a passphrase for tests',
  }
  const { gaiaX } = await loadConfig({ file, environment })
  t.match(gaiaX, {
    mode: 'on',
    legalName: 'Provider SAS',
    legalAddress: { countryCode: 'FR' },
    registrationNumbers: [{ kind: 'vat-id', value: 'FR12345678901' }],
    consent: { by: 'Anne Martin' },
  })
  const { stdout: without, stderr: err } = await runCommand(t, ['gaia-x', 'init', ...options])
  t.notMatch(without, /consent/)
  t.match(err, /Nothing is accepted/)
})
