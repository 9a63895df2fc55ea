import { pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Config } from '../config/types.ts'
import { scrub, scrubText } from './scrub.ts'

/** What a line carries besides its sentence. Names like `token` or `authorization` may be used: their values are not shown. */
export type Fields = Readonly<Record<string, unknown>>

/** Writes one line: its fields and a fixed sentence. What strangers sent belongs into the fields. */
export interface Write {
  (fields: Fields, sentence: string): void
  (sentence: string): void
}

/** A logger. An error goes into a field, `error` by custom, and is shown with code, message, stack and causes. */
export interface Logger {
  readonly trace: Write
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  /** A logger whose every line carries these fields. */
  child(fields: Fields): Logger
}

/** Where lines go: standard output, a file, a test's list. */
export interface Destination {
  write(line: string): unknown
}

/**
 * A logger that writes each line before the call returns, so that nothing is lost when the process ends.
 * Without a destination lines go to standard output.
 */
export function createLogger(log: Config['log'], destination?: Destination): Logger {
  const out = destination ?? pino.destination({ dest: 1, sync: true })
  const options = {
    level: log.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors are plain by the time pino sees them; its own serializer would show them as objects.
    serializers: { err: (error: unknown) => error },
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return guarded(pino(options, log.format === 'pretty' ? pretty(out, destination === undefined) : out))
}

/** Lines for people. Made in this process, not by a worker: a worker would lose the last lines. */
function pretty(out: Destination, onTerminal: boolean): Destination {
  const colorize = onTerminal && process.stdout.isTTY === true && !process.env.NO_COLOR
  const prettify = prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss.l', errorLikeObjectKeys: ['error', 'cause'] })
  return { write: line => out.write(prettify(line)) }
}

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const

/** The part of pino we use, with no way past the scrubbing. */
function guarded(inner: pino.Logger): Logger {
  const write =
    (level: (typeof levels)[number]): Write =>
    (first: Fields | string, sentence?: string) => {
      if (!inner.isLevelEnabled(level)) return
      if (typeof first === 'string') inner[level](scrubText(first))
      else inner[level](scrub(first), scrubText(sentence ?? ''))
    }
  return {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: fields => guarded(inner.child(scrub(fields))),
  }
}
