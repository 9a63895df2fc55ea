import { readFile } from 'node:fs/promises'
import t from 'tap'
import { operandsReference } from '../../src/policy/index.ts'

t.test('the manual lists the left operands there are: npm run docs', async t => {
  const file = new URL('../../docs/reference/policy-operands.md', import.meta.url)
  t.equal(operandsReference(), await readFile(file, 'utf8'))
})
