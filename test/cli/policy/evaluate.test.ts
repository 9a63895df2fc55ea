import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runCommand } from '../command.ts'

const policy = `@prefix odrl: <http://www.w3.org/ns/odrl/2/>. @prefix ex: <http://example.org/>.
ex:p a odrl:Set; odrl:permission ex:r. ex:r odrl:action odrl:use; odrl:assignee ex:ann.`

const request = {
  '@context': 'http://www.w3.org/ns/odrl.jsonld',
  '@type': 'Request',
  uid: 'http://example.org/q',
  permission: [{ uid: 'http://example.org/qr', action: 'use', assignee: 'http://example.org/ann', target: 'urn:data' }],
}

async function files(t: Test, given: Readonly<Record<string, string | object>>): Promise<readonly string[]> {
  const folder = t.testdir()
  const words = Object.entries(given).map(async ([name, content]) => {
    const path = join(folder, name)
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    return [`--${name}`, path]
  })
  return (await Promise.all(words)).flat()
}

t.test('a policy in Turtle and a request in JSON-LD give a report in Turtle', async t => {
  const { code, stdout } = await runCommand(t, ['policy', 'evaluate', ...(await files(t, { policy, request }))])
  t.equal(code, 0)
  t.match(stdout, /a report:PolicyReport/)
  t.match(stdout, /report:rule <http:\/\/example.org\/r>/)
  t.match(stdout, /report:activationState report:Active/)
})

t.test("the engine's own JSON is understood, and the report may be JSON-LD", async t => {
  const plain = {
    policy: {
      permission: [{ action: 'use', constraint: [{ leftOperand: 'count', operator: 'lteq', rightOperand: 3 }] }],
    },
    request: { action: 'use', participant: { id: 'did:web:a' } },
    state: { now: '2026-06-15T12:00:00Z', count: 3 },
  }
  const words = ['policy', 'evaluate', '--format', 'jsonld', ...(await files(t, plain))]
  const { code, stdout } = await runCommand(t, words)
  t.equal(code, 0)
  const report = JSON.parse(stdout)
  t.match(report['@graph'][0], {
    'kontor:permitted': [{ '@value': 'false' }],
    'dct:created': [{ '@value': '2026-06-15T12:00:00.000Z' }],
  })
})

t.test('what cannot be read is told with the file', async t => {
  const words = ['policy', 'evaluate', ...(await files(t, { policy: 'nonsense', request }))]
  const { code, stderr } = await runCommand(t, words)
  t.equal(code, 1)
  t.match(stderr, /policy: The document is not valid Turtle/)
})
