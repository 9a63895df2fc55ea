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
    const underTest = await startUnderTest(session)
    try {
      const play: Parameters<typeof playRounds>[0]['play'] = async tell => {
        for (const role of roles) {
          const properties = underTest.properties(role)
          session.log?.(propertiesText(properties))
          await launch(session, { role, properties, tests, tell })
        }
      }
      return await playRounds({ times, tests, play })
    } finally {
      await underTest.stop()
    }
  })
}
