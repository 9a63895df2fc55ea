import { join } from 'node:path'
import t, { type Test } from 'tap'
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
  t.match(await runCommand(t, ['gaia-x', 'validate', join(folder, 'good.json')]), {
    code: 0,
    stdout: /^It is valid: 1 credential\. Signatures and certificates were not looked at\.$/m,
  })
  const bad = await runCommand(t, ['gaia-x', 'validate', join(folder, 'bad.json')])
  t.equal(bad.code, 6)
  t.match(bad.stdout, /gx:countryCode +Code .*must be an ISO 3166-1 code/)
  t.match(bad.stdout, /gx:headquartersAddress +MinCount .*add it/)
  t.match(bad.stderr, /2 things to mend/)
  t.match(await runCommand(t, ['gaia-x', 'validate', join(folder, 'none.txt')]), {
    code: 1,
    stderr: /no token and no JSON/,
  })
  t.match(await runCommand(t, ['gaia-x', 'validate', join(folder, 'missing.json')]), {
    code: 1,
    stderr: /There is no file .*missing\.json that can be read \(ENOENT\)/,
  })
  t.match(await runCommand(t, ['gaia-x', 'validate', 'http://127.0.0.1:9/self-description']), {
    code: 1,
    stderr: /127\.0\.0\.1 is not a public host\. If it may be asked: --allow 127\.0\.0\.1/,
  })
})
