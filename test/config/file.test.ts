import t from 'tap'
import { least, load, refusal } from './loading.ts'

t.test('the place of a mistake in the file is told', async t => {
  const { message } = await refusal(load(t, `${least}log:\n  level: loud\n`))
  t.match(message, 'log.level (kontor.yaml, line 4, column 3) was given "loud"')
})

// biome-ignore format: a table is read by its columns
const broken = [
  // text                                            line, column, what is wrong
  [ 'log:\n  level: a\n  level: b',                  'kontor.yaml, line 3, column 3 is not YAML: Map keys must be unique.' ],
  [ 'log: [a',                                       'kontor.yaml, line 1, column 8 is not YAML: ' ],
  [ 'management:\n  apiKey: "\\qhunter2"',              'kontor.yaml, line 2, column 12 is not YAML: Invalid escape sequence.' ],
  [ 'management:\n  apiKey: !hunter2',                  'kontor.yaml, line 2, column 11 is not YAML: Unresolved tag.' ],
  [ 'management:\n  apiKey: *hunter2',                  'kontor.yaml has references (*name) that lead nowhere or grow without measure.' ],
  [ 'a: b\n---\nc: hunter2',                            'kontor.yaml, line 2, column 1 is not YAML: Source contains multiple documents.' ],
  [ '? [hunter2]\n: 1',                                 'kontor.yaml, line 1, column 3 is not YAML: ' ],
  [ `a: &a [x,x]\n${[...'abcdefgh'].map((c, i, all) => `k${c}: &${all[i + 1] ?? 'z'} [*${c},*${c},*${c},*${c}]`).join('\n')}`,
                                                     'kontor.yaml has references (*name) that lead nowhere or grow without measure.' ],
] as const

t.test('what is not YAML is refused with its place and without its text', async t => {
  for (const [text, sentence] of broken) {
    const { code, message } = await refusal(load(t, text))
    t.equal(code, 'configuration')
    t.match(message, sentence)
    t.notMatch(message, /hunter2/)
  }
})

t.test('a file that holds no mapping is refused', async t => {
  const { message } = await refusal(load(t, '- a\n- b'))
  t.match(message, 'The file (kontor.yaml, line 1, column 1) must hold settings, not one value or a list; known are')
})
