import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Session } from './session.ts'

/** One run of a kit by JUnit's console launcher. */
export interface Launch {
  /** Java's system properties. */
  readonly properties: Iterable<readonly [string, string]>
  /** What the launcher is told beside the usual. */
  readonly args: readonly string[]
  /** Get each line. */
  readonly printed: (line: string) => void
  readonly logged: (line: string) => void
}

/** Runs the launcher in a Java of its own; resolves when it has ended. Interrupted, it throws the signal's reason. */
export async function runJava(
  { java, kit, log, signal }: Session,
  { properties, args, printed, logged }: Launch,
): Promise<void> {
  const child = spawn(
    java,
    [
      ...[...properties].map(([name, value]) => `-D${name}=${value}`),
      '-Dslf4j.internal.verbosity=ERROR',
      ...['-cp', join(kit, '*'), 'org.junit.platform.console.ConsoleLauncher', 'execute'],
      ...['--disable-banner', '--disable-ansi-colors', ...args],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], signal },
  )
  const ended = once(child, 'close')
  for (const [stream, hear] of [
    [child.stdout, printed],
    [child.stderr, logged],
  ] as const)
    createInterface(stream).on('line', line => {
      log?.(line)
      hear(line)
    })
  await ended.catch(error => {
    throw signal.aborted ? signal.reason : error
  })
}
