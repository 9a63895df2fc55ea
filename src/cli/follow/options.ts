import type { Command } from 'commander'
import { duration } from '../../config/index.ts'
import { invalid } from '../../errors.ts'

/** How a command waits for what it has begun. */
export interface WaitOptions {
  readonly wait: boolean
  readonly timeout: string
}

/** Lets a command be told how long to wait for what it has begun. */
export const addWaitOptions = (command: Command): Command =>
  command
    .option('--no-wait', 'only begin it')
    .option('--timeout <duration>', 'how long to wait for its end, such as 30s or 2h; it goes on afterwards', '10m')

/** The time to wait, ms. Throws `invalid`. */
export function timeoutOf({ timeout }: WaitOptions): number {
  const kind = duration('365d')
  const parsed = kind.parse(timeout, { folder: '', environment: {} })
  if ('value' in parsed) return parsed.value
  throw invalid(`--timeout must be ${kind.allowed}.`)
}
