/** A value, and until when it may be used without asking again; ms since 1970. */
export interface Kept<V> {
  readonly value: V
  readonly until: number
}

/** Fetches the value anew. */
export type Load<V> = () => Promise<Kept<V>>

/** Values that others may change, kept for a while. Of those who ask for the same at the same time one fetches, and all get its answer. */
export interface Cache<V> {
  /** The value of that key, from `load` if it is not here or its time is over. Rejects with what `load` rejects with. */
  get(key: string, load: Load<V>): Promise<V>
  /** Fetches a value whose time is not over, since it seems to be outdated; at most once in a while for each key. */
  renew(key: string, load: Load<V>): Promise<V>
}

/** How long what is kept. Times are ms. */
export interface CacheOptions {
  /** How many values, and how many failures, are kept: the ones not used for longest go first. */
  readonly most: number
  readonly now: () => Date
  /** How long a failure is believed before the next attempt. */
  readonly missFor: number
  /** How long a value may be used after its time, while `isOutage` explains why there is no other. */
  readonly staleFor?: number
  /** Whether an error says nothing about the value: nobody answered. */
  readonly isOutage?: (error: unknown) => boolean
  /** The least time between two fetches by `renew`. */
  readonly rest?: number
}

interface Failure {
  readonly error: unknown
  readonly since: number
  readonly until: number
}

/** Makes a cache in memory: every replica has its own. What it has from before the clock was set back may be of any age: it is fetched anew. */
export function createCache<V>(options: CacheOptions): Cache<V> {
  const { most, missFor, staleFor = 0, isOutage = () => false, rest = 0 } = options
  const now = () => options.now().getTime()
  const values = new Map<string, Kept<V> & { readonly since: number }>()
  const failures = new Map<string, Failure>()
  const pending = new Map<string, Promise<V>>()

  const holds = ({ since, until }: { readonly since: number; readonly until: number }): boolean =>
    until > now() && since <= now()

  async function fetch(key: string, load: Load<V>): Promise<V> {
    try {
      const loaded = await load()
      failures.delete(key)
      put(values, most, key, { ...loaded, since: now() })
      return loaded.value
    } catch (error) {
      if (missFor > 0) put(failures, most, key, { error, since: now(), until: now() + missFor })
      if (!isOutage(error)) values.delete(key)
      return staleOr(key, error)
    }
  }

  function staleOr(key: string, error: unknown): V {
    const kept = values.get(key)
    if (kept === undefined || !holds({ ...kept, until: kept.until + staleFor })) throw error
    return kept.value
  }

  function once(key: string, load: Load<V>): Promise<V> {
    const waiting = pending.get(key)
    if (waiting !== undefined) return waiting
    const fetching = fetch(key, load).finally(() => pending.delete(key))
    pending.set(key, fetching)
    return fetching
  }

  return {
    async get(key, load) {
      const kept = values.get(key)
      if (kept !== undefined && holds(kept)) {
        put(values, most, key, kept)
        return kept.value
      }
      const failure = failures.get(key)
      return failure !== undefined && holds(failure) ? staleOr(key, failure.error) : once(key, load)
    },
    async renew(key, load) {
      const kept = values.get(key)
      const tried = Math.max(kept?.since ?? 0, failures.get(key)?.since ?? 0)
      const rests = tried <= now() && tried + rest > now()
      return kept !== undefined && rests ? kept.value : once(key, load)
    },
  }
}

/** Puts an entry last, and drops the first ones if there are too many. */
function put<E>(entries: Map<string, E>, most: number, key: string, entry: E): void {
  entries.delete(key)
  entries.set(key, entry)
  for (const oldest of entries.keys()) {
    if (entries.size <= most) return
    entries.delete(oldest)
  }
}
