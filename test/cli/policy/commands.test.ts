import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { KEY, startApi } from '../../management/api.ts'
import { runCommand } from '../command.ts'

async function written(t: Test, name: string, content: object): Promise<string> {
  const path = join(t.testdir(), name)
  await writeFile(path, JSON.stringify(content))
  return path
}

const context = 'http://www.w3.org/ns/odrl.jsonld'
const constraint = (leftOperand: string) => [{ leftOperand, operator: 'eq', rightOperand: 'active' }]
const policyOf = (leftOperand: string) => ({
  '@context': context,
  '@type': 'Set',
  permission: [{ action: 'use', constraint: constraint(leftOperand) }],
})

t.test('check tells what a good policy needs', async t => {
  const { code, stdout } = await runCommand(t, [
    'policy',
    'check',
    await written(t, 'p.jsonld', policyOf('urn:kontor:membership')),
  ])
  t.equal(code, 0)
  t.match(stdout, /in order\.\ncredentials: MembershipCredential\nsha-256: +[0-9a-f]{64}\n/)
})

t.test('check tells what is wrong with a bad one, and fails', async t => {
  const { code, stdout } = await runCommand(t, ['policy', 'check', await written(t, 'p.jsonld', policyOf('urn:mood'))])
  t.equal(code, 1)
  t.match(stdout, '/permission/0/constraint/0: the left operand urn:mood is not one that can be judged here\n')
})

t.test('explain says a policy in French, too', async t => {
  const file = await written(t, 'p.jsonld', policyOf('urn:kontor:membership'))
  const { stdout } = await runCommand(t, ['policy', 'explain', file, '--lang', 'fr'])
  t.equal(stdout, "Use est permis : membre de l'espace de données.\n")
})

t.test('simulate says who could, and why not the others', async t => {
  const file = await written(t, 'p.jsonld', policyOf('urn:kontor:membership'))
  const participants = join(t.testdirName, 'who.json')
  const credentials = [{ types: ['MembershipCredential'], issuer: 'did:web:i', subject: {} }]
  await writeFile(participants, JSON.stringify([{ id: 'did:web:b' }, { id: 'did:web:a', claims: { credentials } }]))
  const { stdout } = await runCommand(t, ['policy', 'simulate', file, '--participants', participants])
  t.equal(
    stdout,
    'did:web:a: Allowed: use.\ndid:web:b: Refused: use.\n    Member of the data space: no, no valid MembershipCredential.\n',
  )
})

t.test('simulate must be told whom to ask about', async t => {
  const file = await written(t, 'p.jsonld', policyOf('urn:kontor:membership'))
  const { code, stderr } = await runCommand(t, ['policy', 'simulate', file])
  t.equal(code, 1)
  t.match(stderr, /--participants or --config/)
})

t.test('templates are listed, shown and filled', async t => {
  const listed = await runCommand(t, ['policy', 'template', 'list', '--lang', 'fr'])
  t.match(listed.stdout, /^until-a-date +Jusqu'à une date\.$/m)
  const shown = await runCommand(t, ['policy', 'template', 'show', 'until-a-date'])
  t.match(shown.stdout, /^Until a date\.\n {2}until: the last moment/)
  const filled = await runCommand(t, ['policy', 'template', 'fill', 'gaia-x-label', 'label=L3'])
  t.equal(JSON.parse(filled.stdout).permission[0].constraint[0].rightOperand, 'L3')
  const wrong = await runCommand(t, ['policy', 'template', 'fill', 'gaia-x-label', 'L3'])
  t.match(wrong.stderr, /"L3" must be a name and a value/)
  const unknown = await runCommand(t, ['policy', 'template', 'show', 'nothing'])
  t.match(unknown.stderr, /There is no policy template with the id "nothing"/)
})

t.test('simulate asks a running connector about a dataset, and everybody it knows', async t => {
  const { catalog, port } = await startApi(t)
  const group = { leftOperand: 'urn:kontor:group', operator: 'eq', rightOperand: 'partners' }
  await catalog.policies.create({ id: 'open', policy: {} })
  await catalog.policies.create({ id: 'partners', policy: { permission: [{ action: 'use', constraint: [group] }] } })
  const source = { type: 'HttpData', baseUrl: 'http://data.example' }
  await catalog.datasets.create({ id: 'wind', properties: {}, source })
  await catalog.publications.create({ id: 'p', accessPolicyId: 'open', contractPolicyId: 'partners', selector: [] })
  const simulate = (...words: string[]) =>
    runCommand(t, ['policy', 'simulate', ...words, '--url', `http://127.0.0.1:${port}`, '--key', KEY])
  const { code, stdout } = await simulate('--dataset', 'wind')
  t.equal(code, 0)
  t.match(stdout, /^did:web:partner: Allowed\.\ndid:web:stranger: Refused\.\n {4}\S.*partners/)
  t.match((await simulate('--dataset', 'none')).stderr, /404/)
  t.match((await simulate()).stderr, /a file, or --dataset/)
})
