import { join } from 'node:path'
import type { Test } from 'tap'
import { type Config, loadConfig } from '../../src/config/index.ts'
import { KontorError } from '../../src/errors.ts'

/** A key that is long enough. */
export const apiKey = 'a-key-of-some-length'
/** A file with as little in it as loads without making a key. */
export const least = `participant: { id: 'did:web:us.example' }\nmanagement: { apiKey: ${apiKey} }\n`

/** Loads a configuration from a file with this text, in a folder of the test's own. */
export async function load(t: Test, text: string, environment: Record<string, string> = {}): Promise<Config> {
  const file = join(t.testdir({ 'kontor.yaml': text }), 'kontor.yaml')
  return loadConfig({ file, environment })
}

/** The error that loading ends with. */
export async function refusal(loading: Promise<Config>): Promise<KontorError> {
  const error: unknown = await loading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof KontorError) return error
  throw new Error('it should have been refused with a KontorError', { cause: error })
}
