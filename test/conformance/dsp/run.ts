import { propertiesText } from '../../../src/cli/conformance/kit.ts'
import { playRounds } from '../kit/rounds.ts'
import { inSession, note, type Session } from '../kit/session.ts'
import { dspKit } from './kit/artifacts.ts'
import { launch } from './kit/launch.ts'
import { type Options, readOptions, usage } from './options.ts'
import { startUnderTest } from './under-test.ts'

/** Runs the official DSP conformance kit as the command line says; answers with the exit code. */
export async function runDsp(args: string[]): Promise<number> {
  const options = readOptions(args)
  if ('help' in options) {
    process.stdout.write(options.help)
    return 0
  }
  if ('complaint' in options) {
    note(`${options.complaint}\n\n${usage}`)
    return 2
  }
  return inSession(dspKit, options.log, session => run(session, options))
}

async function run(session: Session, options: Options): Promise<number> {
  const { times, tests, wait } = options
  const underTest = options.selfTest ? undefined : await startUnderTest({ ...session, wait })
  try {
    const properties = underTest?.properties ?? selfTest(options)
    session.log?.(propertiesText(properties))
    return await playRounds({ times, tests, play: tell => launch(session, { properties, tests, tell }) })
  } finally {
    await underTest?.stop()
  }
}

const selfTest = ({ wait }: Options): ReadonlyMap<string, string> =>
  new Map([
    ['dataspacetck.launcher', 'org.eclipse.dataspacetck.dsp.system.DspSystemLauncher'],
    ['dataspacetck.dsp.local.connector', 'true'],
    ...(wait === undefined ? [] : [['dataspacetck.dsp.default.wait', String(wait)] as const]),
  ])
