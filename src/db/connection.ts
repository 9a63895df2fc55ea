import pg, { type ClientConfig } from 'pg'

/** How to reach the database: by URL, or by the address of the embedded one. */
export type Address = Pick<ClientConfig, 'connectionString' | 'host' | 'port' | 'user' | 'database'>

const int8 = pg.types.builtins.INT8

/** A bigint as a number: ours count rows and milliseconds. One beyond 2^53 is an error, never a wrong number. */
function toNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  throw new RangeError('A bigint of the database is too large for a number.')
}

/** The settings all our connections share. */
export const connectionOptions = (address: Address): ClientConfig => ({
  ...address,
  application_name: 'kontor',
  connectionTimeoutMillis: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  types: {
    getTypeParser: (type: number, format?: 'text' | 'binary') =>
      type === int8 && format !== 'binary' ? toNumber : pg.types.getTypeParser(type, format),
  },
})
