import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestKind } from '../../../../src/cli/conformance/kit.ts'
import { runJava } from '../../kit/java.ts'
import type { Session } from '../../kit/session.ts'
import type { Verdict } from '../../kit/verdict.ts'
import { createReader } from './verdicts.ts'

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
interface Run {
  readonly properties: ReadonlyMap<string, string>
  readonly tests: readonly string[]
  readonly tell: (verdict: Verdict) => void
}

/** Runs tests of the kit; resolves when it has ended. Interrupted, it throws the signal's reason. */
export async function launch(session: Session, { properties, tests, tell }: Run): Promise<void> {
  const loggingFile = join(session.directory, 'logging.properties')
  await writeFile(loggingFile, logging)
  const reader = createReader(tell)
  await runJava(session, {
    properties: new Map([
      ...properties,
      ['dataspacetck.debug', 'true'],
      ['dataspacetck.ansi', 'false'],
      ['java.util.logging.config.file', loggingFile],
    ]),
    args: [
      ...['--details=testfeed', '--select-package', TESTS],
      ...tests.flatMap(id => ['--include-methodname', methodOf(id)]),
    ],
    ...reader,
  })
  reader.finish()
}

function methodOf(testId: string): string {
  const [kind = '', number = ''] = testId.split(':')
  const [pack, method] = homes[kind as TestKind]
  return `${TESTS}\\.${pack}\\.[^#]*#${method}_${number.replace('-', '_')}`
}
