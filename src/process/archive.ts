import { randomBytes } from 'node:crypto'
import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** Keeps lines for good before what they tell of is deleted; resolves when they are on disk. */
export type Archive = (what: string, lines: readonly object[], now: Date) => Promise<void>

/** Values that open something, or once did, sealed or not. They are of no use as evidence. */
const secrets: ReadonlySet<string> = new Set(['edr', 'endpointProperties', '@sealed'])

const lineOf = (line: object): string => JSON.stringify(line, (key, value) => (secrets.has(key) ? undefined : value))

/**
 * An archive of NDJSON files in a directory, a new file for each batch. A file has its name when it is complete: it can be taken away
 * by whatever comes by. After a crash a batch may be there twice.
 */
export function createArchive(directory: string): Archive {
  return async (what, lines, now) => {
    await mkdir(directory, { recursive: true })
    const time = now.toISOString().replaceAll(/[-:.]/g, '')
    const path = join(directory, `${what}-${time}-${randomBytes(4).toString('hex')}.ndjson`)
    const file = await open(`${path}.part`, 'wx', 0o600)
    try {
      await file.writeFile(lines.map(line => `${lineOf(line)}\n`).join(''))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.part`, path)
    await syncDirectory(directory)
  }
}

/** The new name is on disk, too. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
