import t from 'tap'
import { createStage, wrap } from '../../src/lab/stage.ts'

/** What is told on a terminal, or into a file, of that width. */
function told(given: { isTTY?: boolean; columns?: number; environment?: Record<string, string> }) {
  const { environment = {}, ...out } = given
  const pieces: string[] = []
  const stage = createStage({ out: { ...out, write: (text: string) => pieces.push(text) }, environment })
  stage.title(
    'The lab',
    'What it is, in so many words that a narrow terminal cannot hold all of them in one of its lines',
  )
  stage.chapter('A contract is negotiated')
  stage.fact('AGREED', 'the provider agrees, and says so in a sentence that is too long for one line', {
    right: '12 ms',
    style: 'green',
  })
  stage.aside('in passing')
  stage.section('Try it:')
  stage.verbatim([`curl ${'x'.repeat(90)}`])
  stage.verdict('All is well.', 'green')
  return pieces.join('')
}

t.test('a story fits into 80 columns, or fewer', async t => {
  for (const columns of [undefined, 200, 80, 60]) {
    const widest = Math.min(80, columns ?? 80)
    const lines = told(columns === undefined ? {} : { columns }).split('\n')
    t.ok(
      lines.filter(line => !line.includes('curl')).every(line => line.length <= widest),
      `${columns} columns`,
    )
  }
})

t.test('a terminal that does not know its width gets 80 columns', async t => {
  t.equal(told({ columns: 0 }), told({ columns: 80 }))
})

t.test('times stand at the right edge', async t => {
  const line = told({ columns: 80 })
    .split('\n')
    .find(line => line.endsWith('12 ms'))
  t.equal(line?.length, 80)
})

t.test('lines to be copied are never broken', async t => {
  t.match(told({ columns: 60 }), `curl ${'x'.repeat(90)}\n`)
})

t.test('colours are for terminals, unless NO_COLOR or the terminal says otherwise', async t => {
  const painted = '\u001b['
  t.match(told({ isTTY: true }), painted)
  t.notMatch(told({}), painted)
  t.notMatch(told({ isTTY: true, environment: { NO_COLOR: '1' } }), painted)
  t.notMatch(told({ isTTY: true, environment: { TERM: 'dumb' } }), painted)
})

t.test('text is broken between words, and a word that is too long keeps its line', async t => {
  t.strictSame(wrap('one two three', 8), ['one two', 'three'])
  t.strictSame(wrap('a very-long-word b', 5), ['a', 'very-long-word', 'b'])
})
