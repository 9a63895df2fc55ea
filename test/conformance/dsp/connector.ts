export async function startConnector(_: {
  directory: string
  log: (line: string) => void
  wait: number | undefined
}): Promise<{ properties: ReadonlyMap<string, string>; stop(): Promise<void> }> {
  throw new Error('not yet')
}
