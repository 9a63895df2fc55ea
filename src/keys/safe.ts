import { randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '../db/index.ts'
import { KontorError, unavailable } from '../errors.ts'
import { addDataKey, lockDataKeys, readDataKeys, rewrapDataKey, type WrappedKey } from './data-keys.ts'
import { seal, unseal } from './seal.ts'
import type { Wrapper, WrapperName } from './wrapper.ts'

/**
 * Encrypts what the database must not be able to tell: private keys, credentials. `context` says what it is and whose
 * (`signing_key <kid>`); it has to be said again to open it.
 */
export interface Safe {
  readonly seal: (plain: Uint8Array, context: string) => Buffer
  /** Throws `configuration` when its data key cannot be decrypted, `unavailable` when it is not there, and a plain Error when somebody has changed what was sealed. */
  readonly open: (sealed: Uint8Array, context: string) => Promise<Buffer>
}

/** What data keys are wrapped by: new ones by `current`, old ones by any that is there. */
export interface Wrappers {
  readonly current: WrapperName
  readonly known: Readonly<Partial<Record<WrapperName, Wrapper>>>
}

/** The bytes in front of what is sealed: the data key's id, so that several can be in use. */
const idLength = 16

/** Opens the safe of a database, and makes its first data key. Throws `configuration` when its keys cannot be unwrapped. */
export async function openSafe(db: Database, wrappers: Wrappers, now: () => Date): Promise<Safe> {
  const keys = new Map<string, Buffer>()
  const load = async () => {
    const wrapped = (await readDataKeys(db)).filter(({ id }) => !keys.has(id))
    for (const key of wrapped) keys.set(key.id, await unwrap(key, wrappers))
  }
  await ensureDataKey(db, wrappers, now())
  await load()
  const [newest] = await readDataKeys(db)
  const sealingKey = newest && keys.get(newest.id)
  if (newest === undefined || sealingKey === undefined) throw new Error('there is no data key')
  const sealingId = toBytes(newest.id)

  return {
    seal: (plain, context) => Buffer.concat([sealingId, seal(sealingKey, plain, context)]),
    async open(sealed, context) {
      const id = toId(sealed.subarray(0, idLength))
      if (!keys.has(id)) await load()
      const key = keys.get(id)
      if (key === undefined && sealed.length > idLength) throw lost(context)
      const plain = key && unseal(key, sealed.subarray(idLength), context)
      if (plain === undefined)
        throw new Error(`what is sealed as "${context}" was changed, or belongs to something else`)
      return plain
    },
  }
}

const toBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')

const toId = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** Of replicas that start at once, one makes the key. */
function ensureDataKey(db: Database, { current, known }: Wrappers, now: Date): Promise<void> {
  return db.transaction(async tx => {
    await lockDataKeys(tx)
    if ((await readDataKeys(tx)).length > 0) return
    const id = randomUUID()
    const wrapped = await demand(known, current).wrap(randomBytes(32), id)
    await addDataKey(tx, { id, wrapper: current, wrapped }, now)
  })
}

/** Wraps every data key as the configuration now says; the answer is how many there are. What they have sealed stays as it is. */
export function rewrapAll(db: Database, from: Wrappers, to: Wrappers): Promise<number> {
  return db.transaction(async tx => {
    await lockDataKeys(tx)
    const keys = await readDataKeys(tx)
    for (const key of keys) {
      const wrapped = await demand(to.known, to.current).wrap(await unwrap(key, from), key.id)
      await rewrapDataKey(tx, { id: key.id, wrapper: to.current, wrapped })
    }
    return keys.length
  })
}

async function unwrap({ id, wrapper, wrapped }: WrappedKey, { known }: Wrappers): Promise<Buffer> {
  const key = await demand(known, wrapper).unwrap(wrapped, id)
  if (key === undefined) throw cannotOpen(wrapper)
  return key
}

function demand(known: Wrappers['known'], name: WrapperName): Wrapper {
  const wrapper = known[name]
  if (wrapper === undefined) throw cannotOpen(name)
  return wrapper
}

/** What to do, by what the keys in the database are wrapped with. */
const remedies: Readonly<Record<WrapperName, string>> = {
  passphrase: 'set keys.passphrase to the one they were encrypted with, or run kontor keys rewrap with the former one',
  secret: 'put the file keys.secret that they were encrypted with into the directory',
  kms: 'set the kms.… settings, and kms.wrappingKey, that they were encrypted with',
}

/** The rows came from a backup, the keys did not. */
const lost = (context: string): KontorError =>
  unavailable(
    `What is kept as "${context}" cannot be opened, as its key is not in the database: restore the table data_key from the same backup, or enter anew what is sealed.`,
  )

const cannotOpen = (name: WrapperName): KontorError =>
  new KontorError('configuration', 500, `The keys in the database cannot be decrypted: ${remedies[name]}.`)
