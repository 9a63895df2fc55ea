import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { builtProgram } from '../support/program.ts'

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `kontor` with a clean environment; `said` resolves when a text has appeared on standard output. */
export async function startCommand(
  t: Pick<Test, 'teardown'>,
  words: readonly string[],
  environment: Record<string, string> = {},
  /** What comes through a pipe on standard input; nothing by itself. */
  input?: string,
) {
  const child = spawn(process.execPath, [await builtProgram(), ...words], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // Who needs none may have ended before it is there.
  child.stdin.on('error', () => {}).end(input ?? '')
  t.teardown(() => child.kill('SIGKILL'))
  const texts = { stdout: '', stderr: '' }
  child.stdout.on('data', more => {
    texts.stdout += more
  })
  child.stderr.on('data', more => {
    texts.stderr += more
  })
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...texts }))

  async function said(text: string): Promise<void> {
    while (!texts.stdout.includes(text)) {
      const over = await Promise.race([once(child.stdout, 'data').then(() => false), ended.then(() => true)])
      if (over && !texts.stdout.includes(text)) throw new Error(`it ended without ${text}: ${texts.stderr}`)
    }
  }

  return { child, ended, said }
}

/** Runs `kontor` to its end. */
export const runCommand = async (
  t: Pick<Test, 'teardown'>,
  words: readonly string[],
  environment?: Record<string, string>,
  input?: string,
): Promise<Ended> => (await startCommand(t, words, environment, input)).ended
