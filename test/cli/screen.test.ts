import t from 'tap'
import { createTeller } from '../../src/cli/follow/screen.ts'
import { harmless, written } from '../../src/cli/table.ts'

/** A screen that keeps what is written on it. */
function screen(isTTY: boolean) {
  const texts: string[] = []
  return { isTTY, write: (text: string) => void texts.push(text), text: () => texts.join('') }
}

t.test('a log gets its lines, and nothing that turns', async t => {
  const log = screen(false)
  const teller = createTeller(log, {})
  teller.wait('waiting')
  teller.line('done')
  teller.end()
  t.equal(log.text(), 'done\n')
})

t.test('a terminal sees what is waited for, and it is gone before a line comes', async t => {
  const terminal = screen(true)
  const teller = createTeller(terminal, {})
  teller.wait('waiting')
  teller.line('done')
  t.equal(terminal.text(), '\r\u001b[36m⠋\u001b[39m waiting\u001b[K\r\u001b[Kdone\n')
})

t.test('NO_COLOR leaves the spinner without colour, and a dumb terminal has none', async t => {
  const [plain, dumb] = [screen(true), screen(true)]
  const teller = createTeller(plain, { NO_COLOR: '1' })
  teller.wait('waiting')
  teller.end()
  t.equal(plain.text(), '\r⠋ waiting\u001b[K\r\u001b[K')
  createTeller(dumb, { TERM: 'dumb' }).wait('waiting')
  t.equal(dumb.text(), '')
})

t.test('what comes from others moves no cursor', async t => {
  t.equal(harmless('a\u001b[2Jb\rc\u009bd\ne'), 'a\\x1b[2Jb\\x0dc\\x9bd\ne')
})

t.test('programs get what they asked for', async t => {
  t.equal(written('yaml', [{ a: 1 }]), '- a: 1\n')
  t.equal(written('json', { a: 1 }), '{\n  "a": 1\n}\n')
})
