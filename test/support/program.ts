import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, 'node_modules/.cache/kontor-test')

let program: Promise<string> | undefined

/**
 * The program `kontor` as it is built of the sources as they are: starts in a third of the time that it takes from the sources. It is
 * built by whichever test needs it first, and kept for all of them until a source changes.
 */
export function builtProgram(): Promise<string> {
  program ??= build()
  return program
}

async function build(): Promise<string> {
  const folder = join(cache, await digestOfSources())
  if (!existsSync(folder)) {
    const draft = `${folder}.${randomBytes(4).toString('hex')}`
    await promisify(execFile)(process.execPath, [join(root, 'esbuild.config.mjs'), draft], { cwd: root })
    // Two may build the same: who comes second throws its own away.
    await rename(draft, folder).catch(() => rm(draft, { recursive: true }))
    await removeOld(folder)
  }
  return join(folder, 'cli/main.js')
}

async function digestOfSources(): Promise<string> {
  const names = (await readdir(join(root, 'src'), { recursive: true })).filter(name => name.endsWith('.ts')).sort()
  const files = ['package-lock.json', 'esbuild.config.mjs', ...names.map(name => join('src', name))]
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(await readFile(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}

/** Another run may still use what was built in the last hour, or throw its own away at this moment. */
async function removeOld(current: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name)
    const built = await stat(folder).catch(() => undefined)
    const isOld = built !== undefined && built.mtimeMs < Date.now() - 3_600_000
    if (folder !== current && isOld) await rm(folder, { recursive: true, force: true })
  }
}
