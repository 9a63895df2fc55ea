import { readFile } from 'node:fs/promises'
import t from 'tap'
import { settingsReference } from '../../src/config/index.ts'
import { settings } from '../../src/config/settings.ts'

const page = new URL('../../docs/reference/settings.md', import.meta.url)

t.test('the manual says what the program does; `npm run docs` writes it anew', async t => {
  t.equal(await readFile(page, 'utf8'), settingsReference())
})

t.test('every setting has a row with its variable, and a sentence', async t => {
  const text = settingsReference()
  for (const [name, , , about] of settings) {
    t.match(text, `| \`${name}\` | \`KONTOR_${name.toUpperCase().replaceAll('.', '_')}\``)
    t.match(about, /^[A-Z].*\.$/)
  }
})
