/**
 * In how many seconds somebody wants to be asked again, by the header `Retry-After` of an answer: seconds, or a date (RFC 9110 §10.2.3). Undefined
 * where it says neither. How much of it is heeded is the asker's to decide.
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: Date): number | undefined {
  const said = headers['retry-after']?.trim() ?? ''
  if (/^\d+$/.test(said)) return Number(said)
  const date = /[a-z]{3}/i.test(said) ? Date.parse(said) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now.getTime()) / 1_000))
}
