import { listOf, meaning, named, record, text, whole } from '../schemas.ts'

/** How the house's own API tells errors (RFC 9457). */
export const problem = named(
  'Problem',
  record(
    { type: text, title: text, status: whole, detail: text, code: meaning('Stable, for programs.', text) },
    {
      faults: listOf(record({ path: meaning('JSON pointer to the place that is not right.', text), message: text })),
    },
  ),
)
