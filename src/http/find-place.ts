/** The JSON pointer of the first member or element, at any depth, for which the test holds; undefined if there is none. */
export function findPlace(value: unknown, test: (key: string, inner: unknown) => boolean): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    if (test(key, inner)) return pointer(key)
    const below = findPlace(inner, test)
    if (below !== undefined) return pointer(key) + below
  }
  return undefined
}

const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
