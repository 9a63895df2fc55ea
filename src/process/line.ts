/** Does what is about the same thing one after the other, in the order in which it was asked for. */
export function createLine() {
  const last = new Map<string, Promise<unknown>>()

  return async function inLine<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = last.get(key)
    const mine = before ? before.then(work, work) : work()
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
