import { type Config, loadConfig, type Secret } from '../../config/index.ts'
import { type Database, openDatabase } from '../../db/index.ts'
import { type Keys, openKeys, rewrapKeys } from '../../keys/index.ts'

/** Works with the keys of the connector that a file and the environment configure. An embedded database is joined where it runs. */
export function withKeys<T>(file: string | undefined, work: (keys: Keys) => Promise<T>): Promise<T> {
  return withDatabase(file, async (db, settings) => {
    const keys = await openKeys({ db, settings, now })
    try {
      return await work(keys)
    } finally {
      keys.close()
    }
  })
}

/** The same where keys cannot be opened yet: gives a function that wraps them anew, and tells how many. */
export function withSettings<T>(
  file: string | undefined,
  work: (rewrap: (former: Secret | undefined) => Promise<number>) => Promise<T>,
): Promise<T> {
  return withDatabase(file, (db, settings) => work(former => rewrapKeys({ db, settings, now, former })))
}

const now = () => new Date()

async function withDatabase<T>(
  file: string | undefined,
  work: (db: Database, config: Config) => Promise<T>,
): Promise<T> {
  const config = await loadConfig({ file, environment: process.env })
  const db = await openDatabase({ ...config.database, connections: 2, directory: config.directory, join: true })
  try {
    return await work(db, config)
  } finally {
    await db.close()
  }
}
