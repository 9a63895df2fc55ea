import { join } from 'node:path'
import { propertiesText } from '../../../src/cli/conformance/kit.ts'
import { playRounds } from '../kit/rounds.ts'
import { inSession, note } from '../kit/session.ts'
import { dcpKit } from './kit/artifacts.ts'
import { launch } from './kit/launch.ts'
import { roles } from './kit/tests.ts'
import { readOptions, usage } from './options.ts'
import { startUnderTest } from './under-test.ts'

/** Runs the official DCP conformance kit as the command line says, in one role after the other; answers with the exit code. */
export async function runDcp(args: string[]): Promise<number> {
  const options = readOptions(args)
  if ('help' in options) {
    process.stdout.write(options.help)
    return 0
  }
  if ('complaint' in options) {
    note(`${options.complaint}\n\n${usage}`)
    return 2
  }
  const { times, tests, log } = options
  return inSession(dcpKit, log, async session => {
    let round = 0
    const play: Parameters<typeof playRounds>[0]['play'] = async tell => {
      // Each round has a connector of its own: what the kit was not there any more to take would be delivered in the midst of the next.
      const underTest = await startUnderTest({ ...session, directory: join(session.directory, `round-${++round}`) })
      try {
        for (const role of roles) {
          const properties = underTest.properties(role)
          session.log?.(propertiesText(properties))
          await launch(session, { role, properties, tests, tell })
        }
      } finally {
        await underTest.stop()
      }
    }
    return playRounds({ times, tests, play })
  })
}
