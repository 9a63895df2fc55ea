import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fetchPackages, type Packages } from '../../support/java/packages.ts'
import { findJava, Unable } from '../../support/java/tools.ts'

/** What a run of a kit has at hand. */
export interface Session {
  readonly java: string
  /** The folder with the kit's jars. */
  readonly kit: string
  /** A folder for this run's files, gone afterwards. */
  readonly directory: string
  /** Takes lines for the log file, if one is wanted. */
  readonly log: ((line: string) => void) | undefined
  /** Ends the run early. */
  readonly signal: AbortSignal
}

/** Tells somebody who waits what is going on; results go elsewhere. */
export const note = (line: string): void => void process.stderr.write(`${line}\n`)

/** Fetches the kit and runs it; the answer is the exit code: that of the run, or 2 where it cannot run here. */
export async function inSession(
  wanted: Packages,
  logFile: string | undefined,
  run: (session: Session) => Promise<number>,
): Promise<number> {
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort(new Unable('The run was interrupted.'))
  process.once('SIGINT', interrupt)
  const file = logFile === undefined ? undefined : createWriteStream(logFile)
  const directory = await mkdtemp(join(tmpdir(), 'kontor-conformance-'))
  try {
    const log = file && ((line: string): void => void file.write(`${line.trimEnd()}\n`))
    const [java, kit] = [await findJava(wanted.what), await fetchPackages(wanted, note)]
    return await run({ java, kit, directory, log, signal: interrupted.signal })
  } catch (error) {
    if (!(error instanceof Unable)) throw error
    note(error.message)
    return 2
  } finally {
    process.off('SIGINT', interrupt)
    file?.end()
    await rm(directory, { recursive: true, force: true })
  }
}
