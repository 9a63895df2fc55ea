import { type Config, loadConfig, type SettingsRead } from '../../config/index.ts'
import { openDatabase } from '../../db/index.ts'
import { openKeys, type Signer, signerOf } from '../../keys/index.ts'

/**
 * Works with the key that signs for Gaia-X: the operator's own, which `gaiaX.key` names, or else the one of the keyring, which is made if there
 * is none yet. Wherever that is kept, in the database, a KMS or a vault: it signs there.
 */
export async function withSigner<T>(config: Config, work: (signer: Signer) => Promise<T>): Promise<T> {
  const { key, validity, algorithm } = config.gaiaX
  if (key !== undefined) return work(signerOf('gaia-x', key))
  const db = await openDatabase({ ...config.database, connections: 2, directory: config.directory, join: true })
  try {
    const keys = await openKeys({ db, settings: config, now: () => new Date() })
    try {
      const ring = await keys.ring('gaia-x', { lifetime: validity, algorithm })
      return await work(ring.current())
    } finally {
      keys.close()
    }
  } finally {
    await db.close()
  }
}

/** The configuration with all that a first start makes. */
export const configOf = (file: string | undefined): Promise<Config> => loadConfig({ file, environment: process.env })

/** What is wrong with settings, a line each. */
export const faultLines = ({ faults }: Pick<SettingsRead, 'faults'>): string =>
  faults.map(({ message }) => `  - ${message}\n`).join('')
