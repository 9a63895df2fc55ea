import { toLine } from '../../access/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { auditOperations } from './operations/audit.ts'
import type { AuditInput, AuditLinesInput } from './shapes.ts'

/** Who has changed what by way of the management API, and what was refused to whom. */
export function auditEndpoints({ access: { audit } }: Pick<Given, 'access'>): Endpoint[] {
  /** Requests with their outcomes, the latest first. */
  async function list({ actor, object, from, to, after, limit = '50' }: AuditInput) {
    const items = await audit.list({
      actor,
      object,
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
      below: after === undefined ? undefined : Number(after),
      limit: Number(limit),
    })
    const last = items.length === Number(limit) ? items.at(-1) : undefined
    return { items, limit: Number(limit), next: last ? String(last.seq) : null }
  }

  /** The chain itself, the oldest first, for somebody to check and keep. */
  async function lines({ after = '0', limit = '1000' }: AuditLinesInput) {
    const { items, end } = await audit.entries(Number(after), Number(limit))
    const last = items.length === Number(limit) ? items.at(-1) : undefined
    return { items: items.map(toLine), next: last ? String(last.seq) : null, end }
  }

  return implement(auditOperations, {
    listChanges: ({ input }) => list(input),
    listAuditEntries: ({ input }) => lines(input),
  })
}
