import { get } from '../../operation.ts'
import { among, listOf, meaning, named, orNull, record, text, time, whole } from '../../schemas.ts'
import { shapes } from '../shapes.ts'

const actor = meaning('`operator`, `key:` and a key’s name, or `oidc:` and a subject.', text)
const next = meaning('Given as `after` it asks for the page behind this one; null on the last.', orNull(text))
const object = meaning('The id of what it is about.', orNull(text))
const code = meaning('Of the error, if it is one.', orNull(text))

const change = named(
  'Change',
  record({
    seq: meaning('Its place in the chain.', whole),
    id: text,
    at: time,
    actor,
    method: text,
    route: text,
    object,
    status: meaning('Of the answer; null while it is under way, and for ever if it was broken off.', orNull(whole)),
    code,
    endedAt: orNull(time),
  }),
)

const entry = named(
  'AuditEntry',
  record({
    kind: among('audit'),
    seq: whole,
    at: time,
    request: meaning('The same in what tells of one request.', text),
    event: among('began', 'ended', 'refused'),
    actor,
    caller: text,
    method: text,
    route: text,
    object,
    status: orNull(whole),
    code,
    before: meaning('The hash of the entry before.', text),
    hash: meaning('SHA-256, hex, over all of this.', text),
  }),
)

const changes = named('Changes', record({ items: listOf(change), limit: whole, next }))
const end = meaning('Where the chain ends now.', record({ seq: whole, hash: text }))
const entries = named('AuditEntries', record({ items: listOf(entry), next, end }))

/** Who has changed what by way of this API. */
// biome-ignore format: a table is read by its columns
export const auditOperations = {
  listChanges:      get('/audit',         shapes.auditList,  changes, 'Lists who has changed what, the latest first'),
  listAuditEntries: get('/audit/entries', shapes.auditLines, entries, 'Shows the chain itself, the oldest first, for `kontor verify`'),
} as const
