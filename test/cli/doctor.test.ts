import t from 'tap'
import { post } from '../../src/lab/api.ts'
import type { Participant } from '../../src/lab/index.ts'
import { openShop } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'
import { admitAll } from '../support/terms.ts'
import { runCommand } from './command.ts'
import { kontor } from './in-process.ts'

const at = (who: Participant, key = who.key): Record<string, string> => ({
  HOME: '/nowhere',
  KONTOR_URL: who.urls.management,
  KONTOR_KEY: key,
})

t.test('between two members of a data space all is well, by the DID alone', async t => {
  const lab = await startLab(t, { identity: 'dcp' })
  const { consumer, provider } = lab
  await admitAll(lab)
  await openShop(lab)
  const { code, stdout, stderr } = await runCommand(
    t,
    ['doctor', provider.id, '--dataset', 'iowa-generation'],
    at(consumer),
  )
  t.equal(code, 0, stdout + stderr)
  t.match(stdout, /^From us to them\n {2}✓ address /m)
  for (const check of [
    'did-document',
    'credential-service',
    'recognised',
    'catalog',
    'offer',
    'own-did-document',
    'own-token',
    'credentials',
  ])
    t.match(stdout, new RegExp(`^ {2}✓ ${check} `, 'm'))
  t.match(stdout, /\nAll is well\.\n$/)
})

t.test('who is no member hears what it lacks, on whose side, and what to do; programs get the same', async t => {
  const lab = await startLab(t, { identity: 'dcp' })
  const { consumer, provider } = lab
  const people = await kontor(t, ['doctor', provider.id], at(consumer))
  t.equal(people.code, 1)
  t.match(
    people.stdout,
    /✗ credentials +We hold no valid MembershipCredential, which they will ask for\. \(our side\)\n +kontor credentials request ISSUER MembershipCredential/,
  )
  t.match(people.stdout, /✗ recognised +They answer 403 to a token of ours: .*\(our side\)/)
  t.match(people.stdout, /\nSomething is wrong\. Begin with "credentials": kontor credentials request/)
  const programs = await kontor(t, ['doctor', provider.id, '-o', 'json'], at(consumer))
  t.equal(programs.code, 1)
  const { healthy, checks } = JSON.parse(programs.stdout)
  t.equal(healthy, false)
  t.match(
    checks.find(({ check }: { check: string }) => check === 'credentials'),
    { outcome: 'ill', side: 'ours' },
  )
})

t.test('the doctor makes calls, and so is for operators only', async t => {
  const { consumer, provider } = await startLab(t)
  const { key } = await post<{ key: string }>(consumer, '/v1/api-keys', { name: 'steward', role: 'steward' })
  const { code, stderr } = await kontor(t, ['doctor', provider.urls.protocol, '--id', provider.id], at(consumer, key))
  t.equal(code, 4)
  t.match(stderr, /403/)
  t.equal((await kontor(t, ['doctor', provider.urls.protocol, '--id', provider.id], at(consumer))).code, 0)
})
