import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { createLogger } from '../../src/telemetry/index.ts'
import { recorder } from './lines.ts'

t.test('a line is one JSON object with level, time, fields and sentence', async t => {
  const { log, text, lines } = recorder()
  log.warn({ process: 'urn:uuid:1' }, 'a sentence')
  t.match(text(), /^\{.*\}\n$/)
  t.match(lines(), [{ level: 'warn', time: /^\d{4}-.*Z$/, process: 'urn:uuid:1', msg: 'a sentence' }])
})

t.test('a child carries its fields on every line', async t => {
  const { log, lines } = recorder()
  const child = log.child({ participant: 'us' }).child({ process: 'urn:uuid:1' })
  child.info('a sentence')
  child.debug({ more: 1 }, 'another')
  t.match(lines(), [
    { participant: 'us', process: 'urn:uuid:1', msg: 'a sentence' },
    { participant: 'us', process: 'urn:uuid:1', more: 1 },
  ])
})

t.test('lines below the level are not written', async t => {
  const { log, lines } = recorder('info')
  log.trace('a sentence')
  log.debug('a sentence')
  log.info('a sentence')
  log.error('a sentence')
  t.same(
    lines().map(({ level }) => level),
    ['info', 'error'],
  )
})

t.test('people get text, a field a line, and what strangers sent cannot look like a line of its own', async t => {
  const written: string[] = []
  const log = createLogger({ level: 'info', format: 'pretty' }, { write: line => written.push(line) })
  log.info({ process: 'urn:uuid:1', reason: 'no\n[00:00:00.000] INFO: all is well' }, 'a sentence')
  const text = written.join('')
  t.match(text, /INFO: a sentence\n {4}process: "urn:uuid:1"\n/)
  t.notMatch(text, /^\[00:00:00.000\]/m)
})

t.test('the last line is written even when the process ends at once', async t => {
  const program = (format: string): string => `
    import('${new URL('../../src/telemetry/index.ts', import.meta.url)}').then(({ createLogger }) => {
      createLogger({ level: 'info', format: '${format}' }).info('the last line')
      process.exit(0)
    })`
  for (const format of ['json', 'pretty']) {
    const arguments_ = ['--import', 'tsx', '--eval', program(format)]
    const { stdout } = await promisify(execFile)(process.execPath, arguments_)
    t.match(stdout, 'the last line')
  }
})
