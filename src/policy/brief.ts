import type { Report } from './types.ts'

/**
 * Why something is not permitted, as somebody else may be told: which conditions are not met, and nothing of what we know
 * about anybody. The whole report is for the journal.
 *
 *     briefly(report) // 'not permitted because of dateTime'
 */
export function briefly({ permitted, reasons, lines }: Report): string {
  if (permitted) return 'permitted'
  const against = lines.filter(({ rule, verdict }) =>
    rule === 'permission' ? verdict !== 'holds' : verdict !== 'fails',
  )
  const conditions = [...new Set(against.map(({ leftOperand }) => leftOperand.replace(/^.*[/#:]/, '')))]
  return conditions.length > 0 ? `not permitted because of ${conditions.join(', ')}` : (reasons[0] ?? 'not permitted')
}
