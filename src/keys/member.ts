/** The text at a path into JSON that somebody answered, if there is one. */
export function member(body: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined,
    body,
  )
  return typeof found === 'string' ? found : undefined
}
