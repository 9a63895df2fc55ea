import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { unavailable } from '../../errors.ts'

/** The user and group that PostgreSQL's programs run as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * The account for PostgreSQL, which refuses to run as root: nothing (our own) for ordinary users; for root the one that
 * owns the data already, otherwise `nobody`, because accounts are the administrator's to create.
 */
export async function accountFor(data: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(data).catch(() => undefined)
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const nobody = findAccount(await readFile('/etc/passwd', 'utf8').catch(() => ''), 'nobody')
  if (nobody !== undefined) return nobody
  throw unavailable(
    'PostgreSQL does not run as root and this machine has no account "nobody": run as another user, or set database.url.',
  )
}

/** Finds an account by its name in the text of /etc/passwd; root under another name is none. */
export function findAccount(passwd: string, name: string): Account | undefined {
  const line = passwd.split('\n').find(each => each.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  const account = { uid: Number(uid || 0), gid: Number(gid || 0) }
  return account.uid > 0 && Number.isInteger(account.uid) && Number.isInteger(account.gid) ? account : undefined
}

/** Whether the account may enter every folder above a path; what access lists add is not seen. */
export async function canReach(account: Account | undefined, path: string): Promise<boolean> {
  if (account === undefined) return true
  let folder = dirname(await realpath(path))
  while (await canEnter(account, folder)) {
    if (dirname(folder) === folder) return true
    folder = dirname(folder)
  }
  return false
}

async function canEnter(account: Account, folder: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(folder)
  const executable = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  return (mode & executable) !== 0
}
