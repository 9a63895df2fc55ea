import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const run = promisify(execFile)

/** How long packages may take to come, ms; after that they cannot be had. */
const INSTALLED_WITHIN = 300_000
/** How long a file of tests may take that has to wait for them, ms: on a new machine with a slow line that is no fault of the tests. */
const TESTED_WITHIN = 2 * INSTALLED_WITHIN + 240_000

/**
 * A Python in a virtual environment with packages of PyPI, made once on a machine; nothing when there is no Python, or the packages
 * cannot be had.
 */
export async function findPython(name: string, ...requirements: string[]): Promise<string | undefined> {
  const home = homeOf(name, requirements)
  const python = pythonIn(home)
  if (await isThere(python)) return python
  const draft = await mkdtemp(`${home}-`)
  try {
    await run('python3', ['-m', 'venv', draft], { timeout: INSTALLED_WITHIN })
    // What is compiled beforehand takes longer than all the rest, and most of it is never used.
    const words = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', ...requirements]
    await run(join(draft, 'bin', 'python'), words, { timeout: INSTALLED_WITHIN })
    await rename(draft, home)
  } catch {
    await rm(draft, { recursive: true, force: true })
    return (await isThere(python)) ? python : undefined
  }
  return python
}

const homeOf = (name: string, requirements: readonly string[]): string =>
  join(tmpdir(), `kontor-test-${name}-${requirements.join('-').replace(/[^\w.]+/g, '-')}-${process.getuid?.()}`)

const pythonIn = (home: string): string => join(home, 'bin', 'python')

/** The same for a test, which says in one line what it leaves out. */
export async function pythonWith(t: Test, name: string, ...requirements: string[]): Promise<string | undefined> {
  if (!(await isThere(pythonIn(homeOf(name, requirements))))) {
    // A test has no more time than the file in which it stands.
    const { default: file } = await import('tap')
    for (const each of [file, t]) each.setTimeout(TESTED_WITHIN)
  }
  const python = await findPython(name, ...requirements)
  if (python === undefined)
    t.pass(`left out: ${requirements.join(', ')} cannot be had here, so nothing was proven against it`)
  return python
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

/** A program that serves until the test is over; resolves with the first line it says that matches. */
export async function startServer(
  t: Test,
  program: string,
  words: readonly string[],
  ready: RegExp,
  environment: Readonly<Record<string, string>> = {},
): Promise<RegExpExecArray> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } })
  t.teardown(() => end(child))
  const said: string[] = []
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`${program} ended with ${code}: ${said.slice(-5).join(' ')}`)))
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', line => {
        said.push(line)
        const found = ready.exec(line)
        if (found !== null) resolve(found)
      })
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
