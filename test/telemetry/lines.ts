import { createLogger, type Destination, type Logger } from '../../src/telemetry/index.ts'

/** A logger that keeps its lines for the test to read. */
export function recorder(level: 'trace' | 'info' = 'trace'): {
  log: Logger
  text: () => string
  lines: () => Record<string, unknown>[]
} {
  const written: string[] = []
  const destination: Destination = { write: line => written.push(line) }
  return {
    log: createLogger({ level, format: 'json' }, destination),
    text: () => written.join(''),
    lines: () => written.map(line => JSON.parse(line)),
  }
}
