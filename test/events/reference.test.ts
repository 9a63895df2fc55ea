import { readFile } from 'node:fs/promises'
import t from 'tap'
import { eventsReference, eventTypes, PREFIX, typesLike } from '../../src/events/index.ts'
import { table as negotiation } from '../../src/negotiation/table.ts'
import { table as transfer } from '../../src/transfer/table.ts'

const page = new URL('../../docs/reference/events.md', import.meta.url)

t.test('the manual has every type and schema; `npm run docs` writes it anew', async t => {
  t.equal(await readFile(page, 'utf8'), eventsReference())
})

t.test('every state that a process can reach, and every kind of entry of its journal, has a type', t => {
  const states = {
    negotiation: ['REQUESTED', 'OFFERED', 'ACCEPTED', 'AGREED', 'VERIFIED', 'FINALIZED', 'TERMINATED'],
    transfer: ['REQUESTED', 'STARTED', 'SUSPENDED', 'COMPLETED', 'TERMINATED'],
  } as const
  t.ok(negotiation.isTerminal('FINALIZED') && transfer.isTerminal('COMPLETED'))
  for (const kind of ['negotiation', 'transfer'] as const)
    for (const what of [...states[kind], 'decided', 'waiting', 'commanded', 'refused', 'failing', 'gave-up'])
      t.ok(`${kind}.${what.toLowerCase()}` in eventTypes, `${kind} ${what}`)
  t.end()
})

t.test('a pattern means a type, or all that begin like it', t => {
  t.strictSame(typesLike('dataset.created'), ['dataset.created'])
  t.strictSame(typesLike(`${PREFIX}dataset.*`), ['dataset.created', 'dataset.updated', 'dataset.deleted'])
  t.equal(typesLike('*')?.length, Object.keys(eventTypes).length)
  for (const nothing of ['', 'dataset', 'dataset.', '.*', 'dev.kontor', '__proto__', 'dataset.created '])
    t.equal(typesLike(nothing), undefined, nothing)
  t.end()
})
