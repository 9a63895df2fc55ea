import type { Test } from 'tap'
import { type ClearingHouse, type ClearingHouseOptions, startClearingHouse } from '../../src/clearing-house/index.ts'

/** A clearing house until the test is over. */
export async function clearingHouse(
  t: Pick<Test, 'teardown'>,
  options: ClearingHouseOptions = {},
): Promise<ClearingHouse> {
  const house = await startClearingHouse({ algorithm: 'ES256', ...options })
  t.teardown(() => house.stop())
  return house
}

/** What the house has to say about a presentation. */
export interface Verdict {
  readonly status: number
  readonly type: string
  readonly text: string
  /** The names of the rules that were broken. */
  readonly rules: readonly string[]
  readonly message: string
}

/** Asks for a label. */
export async function askForLabel(
  house: ClearingHouse,
  presentation: string,
  { id, offer = 'standard-compliance', type = 'application/vp+jwt' }: { id: string; offer?: string; type?: string },
): Promise<Verdict> {
  const url = `${house.urls.compliance}/v2/api/credential-offers/${offer}?vcid=${encodeURIComponent(id)}`
  return verdictOf(await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: presentation }))
}

/** An answer of the house. */
export async function verdictOf(response: Response): Promise<Verdict> {
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  const body: { rules?: { rule: string }[]; message?: string } = type === 'application/json' ? JSON.parse(text) : {}
  return {
    status: response.status,
    type,
    text,
    rules: body.rules?.map(({ rule }) => rule) ?? [],
    message: body.message ?? '',
  }
}
