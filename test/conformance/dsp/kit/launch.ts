import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestKind } from '../../../../src/cli/conformance/kit.ts'
import { createReader, type Verdict } from './verdicts.ts'

const TESTS = 'org.eclipse.dataspacetck.dsp.verification'

/** The kit's packages, and how the methods in them begin that are its tests. */
// biome-ignore format: a table is read by its columns
const homes: { readonly [K in TestKind]: readonly [pack: string, method: string] } = {
  MET:  [ 'metadata', 'cat'  ], // so it is written there
  CAT:  [ 'catalog',  'cat'  ],
  CN:   [ 'cn',       'cn'   ],
  CN_C: [ 'cn',       'cn_c' ],
  TP:   [ 'tp',       'tp'   ],
  TP_C: [ 'tp',       'tp_c' ],
}

/** The JDK's HTTP server tells of each answer, and of each exception in a handler. */
const logging = `handlers=java.util.logging.ConsoleHandler
java.util.logging.ConsoleHandler.level=ALL
java.util.logging.SimpleFormatter.format=%5$s%6$s%n
com.sun.net.httpserver.level=ALL
`

/** One run of the kit. */
export interface Run {
  readonly java: string
  /** The folder with the kit's jars. */
  readonly kit: string
  /** A folder for this run's files. */
  readonly directory: string
  readonly properties: ReadonlyMap<string, string>
  readonly tests: readonly string[]
  readonly tell: (verdict: Verdict) => void
  /** Gets every line that the kit prints, if it is wanted. */
  readonly log: ((line: string) => void) | undefined
  /** Ends the run early: then it throws the signal's reason. */
  readonly signal: AbortSignal
}

/** Runs tests of the kit in a Java of its own; resolves when it has ended. */
export async function launch({ java, kit, directory, properties, tests, tell, log, signal }: Run): Promise<void> {
  const loggingFile = join(directory, 'logging.properties')
  await writeFile(loggingFile, logging)
  const given = new Map([
    ...properties,
    ['dataspacetck.debug', 'true'],
    ['dataspacetck.ansi', 'false'],
    ['java.util.logging.config.file', loggingFile],
    ['slf4j.internal.verbosity', 'ERROR'],
  ])
  const child = spawn(
    java,
    [...[...given].map(([name, value]) => `-D${name}=${value}`), '-cp', join(kit, '*'), ...launcher(tests)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    },
  )
  const ended = once(child, 'close')
  const reader = createReader(tell)
  createInterface(child.stdout).on('line', line => {
    log?.(line)
    reader.printed(line)
  })
  createInterface(child.stderr).on('line', line => {
    log?.(line)
    reader.logged(line)
  })
  await ended.catch(error => {
    throw signal.aborted ? signal.reason : error
  })
  reader.finish()
}

const launcher = (tests: readonly string[]): string[] => [
  ...[
    'org.junit.platform.console.ConsoleLauncher',
    'execute',
    '--disable-banner',
    '--disable-ansi-colors',
    '--details=testfeed',
  ],
  ...['--select-package', TESTS, ...tests.flatMap(id => ['--include-methodname', methodOf(id)])],
]

function methodOf(testId: string): string {
  const [kind = '', number = ''] = testId.split(':')
  const [pack, method] = homes[kind as TestKind]
  return `${TESTS}\\.${pack}\\.[^#]*#${method}_${number.replace('-', '_')}`
}
