import { freePort } from '../../src/lab/ports.ts'

export { freePort }

/** A URL at which nobody listens. */
export const freeUrl = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`
