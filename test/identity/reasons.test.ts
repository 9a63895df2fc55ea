import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { reasons } from '../../src/identity/rejection.ts'

const tests = fileURLToPath(new URL('../', import.meta.url))

/** Where reasons are only listed, or only told on: no test of any. */
const others = /^(?:identity\/(?:rejection|door)\.test\.ts|telemetry\/)/

/** What tests say, comments left out. */
const said = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.test.ts') && !others.test(name))
  .map(name => readFileSync(`${tests}${name}`, 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, ''))
  .join('\n')

t.test('there is a test for each single reason to turn somebody down', async t => {
  t.ok(Object.keys(reasons).length > 50)
  t.same(
    Object.keys(reasons).filter(reason => !said.includes(`'${reason}'`)),
    [],
  )
})
