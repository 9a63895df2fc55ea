import { runJava } from '../../kit/java.ts'
import type { Session } from '../../kit/session.ts'
import type { Verdict } from '../../kit/verdict.ts'
import { packages, type Role, roleOf } from './tests.ts'
import { createReader } from './verdicts.ts'

const TESTS = 'org.eclipse.dataspacetck.dcp.verification'

/** Runs those of the tests that concern a role; resolves when the kit has ended. Interrupted, it throws the signal's reason. */
export async function launch(
  session: Session,
  run: {
    role: Role
    properties: Iterable<readonly [string, string]>
    tests: readonly string[]
    tell: (verdict: Verdict) => void
  },
): Promise<void> {
  const tests = run.tests.filter(id => roleOf(id) === run.role)
  if (tests.length === 0) return
  await runJava(session, {
    properties: new Map([
      ...run.properties,
      ['dataspacetck.launcher', 'org.eclipse.dataspacetck.dcp.system.DcpSystemLauncher'],
    ]),
    args: [
      ...['--details=verbose', '--details-theme=ascii'],
      ...packages[run.role].flatMap(name => ['--select-package', `${TESTS}.${name}`]),
      ...tests.flatMap(id => ['--include-methodname', `${TESTS.replaceAll('.', '\\.')}\\.[^#]*#${id}(\\(.*)?`]),
    ],
    printed: createReader(run.tell),
    logged: () => {},
  })
}
