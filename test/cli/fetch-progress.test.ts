import t from 'tap'
import { createProgress, lineOf, sizeOf } from '../../src/cli/fetch/progress.ts'

const plain = { rate: undefined, columns: 80, color: false }

t.test('sizes are read like this', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    [ 0, '0 B' ], [ 999, '999 B' ], [ 1_000, '1.0 kB' ], [ 1_500_000, '1.5 MB' ], [ 2e9, '2.0 GB' ], [ 3e12, '3.0 TB' ], [ 4e15, '4000.0 TB' ],
  ] as const
  for (const [bytes, text] of table) t.equal(sizeOf(bytes), text)
})

t.test('a line shows the bar, the numbers and the speed, and fits', async t => {
  t.equal(
    lineOf({ ...plain, received: 500, total: 1_000, rate: 2_000_000 }),
    `${'█'.repeat(20)}${'░'.repeat(20)} 50 %  500 B of 1.0 kB  2.0 MB/s`,
  )
  t.equal(lineOf({ ...plain, received: 0, total: 0 }), `${'█'.repeat(40)} 100 %  0 B of 0 B`)
  t.equal(lineOf({ ...plain, received: 500, total: undefined }), '500 B')
  for (let columns = 1; columns < 120; columns++)
    for (const total of [undefined, 1e9])
      t.ok(lineOf({ received: 123_456, total, rate: 1e6, columns, color: false }).length < Math.max(2, columns))
})

t.test('colour is only used where it is wanted', async t => {
  const [bar, blank] = ['█'.repeat(20), '░'.repeat(20)]
  t.ok(lineOf({ ...plain, received: 1, total: 2, color: true }).startsWith(`\x1b[32m${bar}\x1b[39m${blank}`))
  t.ok(lineOf({ ...plain, received: 1, total: 2 }).startsWith(`${bar}${blank}`))
})

t.test('a bar is drawn on one line, not too often, always at the end, and goes', async t => {
  const written: string[] = []
  let time = 0
  const progress = createProgress(
    { isTTY: true, columns: 60, write: text => written.push(text) },
    { now: () => time, color: false },
  )
  for (; time < 1_000; time += 10) progress.show(time, 1_000)
  progress.show(1_000, 1_000)
  progress.end()
  t.equal(written.length, 12)
  t.ok(written.every(text => text.startsWith('\r') && text.endsWith('\x1b[K') && !text.includes('\n')))
  t.match(written.at(-2), /100 %/)
  t.equal(written.at(-1), '\r\x1b[K')
})

t.test('where there is no terminal nothing is written', async t => {
  const progress = createProgress({ write: () => t.fail('nothing should be written') }, { now: () => 0, color: true })
  progress.show(1, 2)
  progress.end()
})
