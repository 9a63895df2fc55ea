import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Database, isDuplicate } from '../db/index.ts'
import { conflict, invalid, notFound } from '../errors.ts'
import type { Caller } from './caller.ts'
import {
  type ApiKey,
  channel,
  countWorkingKeys,
  findKey,
  insertKey,
  listKeys,
  readWorkingKeys,
  revokeKey,
  touchKey,
  type WorkingKey,
} from './key-store.ts'
import type { Role } from './roles.ts'

/** What a new key is to be. */
export interface KeyWish {
  readonly name: string
  readonly role: Role
  readonly expiresAt: Date | null
}

/** The keys of the management API beside that of the configuration. */
export interface ApiKeys {
  /** Makes a key. `secret` is the key itself, which is kept nowhere. Throws `invalid`, and `conflict` if one of that name works. */
  create(wish: KeyWish, actor: string): Promise<{ readonly key: ApiKey; readonly secret: string }>
  /** From now on the key opens nothing. Throws `not-found`, and `conflict` if it is revoked already. */
  revoke(id: string, actor: string): Promise<ApiKey>
  find(id: string): Promise<ApiKey | undefined>
  list(page: { limit: number; offset: number }): Promise<ApiKey[]>
  /** Who holds that key; undefined if it opens nothing. Asks the database rarely, see below. */
  recognise(shown: string): Promise<Caller | undefined>
}

/** As many keys may work at the same time: all of them are kept in memory. */
const MOST = 1_000

/** How long we rely on having heard of every change, ms: a connection that tells us of changes may die without a word. */
const RELIABLE = 30_000
/** How long an unknown key is believed to be unknown, ms: another replica may just have made it, and strangers make up as many as they like. */
const PATIENCE = 1_000
/** A key that is used all the time is noted once in so many ms. */
const NOTED = 600_000

/** The key's id stands in it, so that the digest is compared with one other, in constant time; the name in front lets scanners for leaked keys find it. */
const form = /^kontor_([\da-f]{16})_[\w-]{43}$/

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest()

/**
 * Keys for people and programs, kept as digests. Those that work are in memory: a request costs no question to the database. What
 * replicas and this one change is heard through the database at once.
 */
export function createApiKeys(given: { db: Database; now: () => Date; elapsed?: () => number }): ApiKeys {
  const { db, now, elapsed = () => performance.now() } = given
  let keys: ReadonlyMap<string, WorkingKey> = new Map()
  let loadedAt = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | undefined
  let after: Promise<void> | undefined
  let listening: Promise<unknown> | undefined
  const notedAt = new Map<string, number>()

  async function load(): Promise<void> {
    listening ??= db.listen(channel, () => void reload().catch(() => {}))
    await listening.catch(error => {
      listening = undefined
      throw error
    })
    const at = elapsed()
    const working = await readWorkingKeys(db, now())
    keys = new Map(working.map(key => [key.id, key]))
    loadedAt = at
  }

  /** What is being read already may be older than what it is read for: then it is read once more, for all who wait. */
  function reload(): Promise<void> {
    if (loading === undefined) {
      loading = load().finally(() => {
        loading = undefined
      })
      return loading
    }
    after ??= loading
      .catch(() => {})
      .then(() => {
        after = undefined
        return reload()
      })
    return after
  }

  async function find(id: string): Promise<WorkingKey | undefined> {
    const age = elapsed() - loadedAt
    if (age > RELIABLE || (age > PATIENCE && !keys.has(id))) await reload()
    return keys.get(id)
  }

  function noteUse({ id }: WorkingKey): void {
    const at = elapsed()
    if (at - (notedAt.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED) return
    notedAt.set(id, at)
    touchKey(db, id, now()).catch(() => notedAt.delete(id))
  }

  return {
    async create({ name, role, expiresAt }, actor) {
      if (expiresAt !== null && !(expiresAt > now()))
        throw invalid('A key cannot expire before it is made.', {
          faults: [{ path: '/expiresAt', message: 'must be a time to come' }],
        })
      const id = randomBytes(8).toString('hex')
      const secret = `kontor_${id}_${randomBytes(32).toString('base64url')}`
      const wish = { id, name, role, expiresAt, digest: digestOf(secret), createdAt: now(), createdBy: actor }
      if ((await countWorkingKeys(db, now())) >= MOST)
        throw conflict(`There are ${MOST} keys, and that is the most: revoke some.`)
      const key = await insertKey(db, wish).catch(cause => {
        throw isDuplicate(cause)
          ? conflict(`There is a key named ${JSON.stringify(name)} already: revoke it, or choose another name.`, {
              cause,
            })
          : cause
      })
      await reload()
      return { key, secret }
    },

    async revoke(id, actor) {
      const revoked = await revokeKey(db, id, actor, now())
      if (revoked === undefined) {
        if (await findKey(db, id)) throw conflict('This key is revoked already.')
        throw notFound('API key', id)
      }
      await reload()
      return revoked
    },

    find: id => findKey(db, id),
    list: page => listKeys(db, page),

    async recognise(shown) {
      const [, id] = form.exec(shown) ?? []
      const key = id === undefined ? undefined : await find(id)
      if (key === undefined || !timingSafeEqual(digestOf(shown), key.digest)) return undefined
      if (key.expiresAt !== null && key.expiresAt <= now()) return undefined
      noteUse(key)
      return { id: `key:${key.id}`, actor: `key:${key.name}`, role: key.role }
    },
  }
}
