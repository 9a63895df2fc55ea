import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { type AuditEntry, isWhole } from '../access/index.ts'
import { invalid } from '../errors.ts'
import { brokenAt, type Filed } from '../process/index.ts'

/** `kontor verify`: whether archives of the retention, and exports of the audit, say what happened, entry by entry. */
export function verifyCommand(program: Command): void {
  program
    .command('verify')
    .description('check the hash chains of the journals and of the audit in archive and export files')
    .argument('<file...>', 'NDJSON files that the retention, or kontor audit export, has written')
    .action(async (files: string[]) => {
      for (const file of files) process.stdout.write(`${await verifyArchive(file)}\n`)
    })
}

/** What an archive file holds, as a sentence. Throws `invalid`, naming the process, if a journal is not as it was written; or the entry of the audit. */
export async function verifyArchive(file: string): Promise<string> {
  let [processes, agreements, line] = [0, 0, 0]
  let [first, last]: (AuditEntry | undefined)[] = []
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line++
    const where = `${file}, line ${line}`
    const entry = readAudit(text, where)
    if (entry) {
      if (!isWhole(entry, last)) throw invalid(`${where}: the audit is broken at entry ${entry.seq}.`)
      first ??= entry
      last = entry
      continue
    }
    const filed = read(text, where)
    if (filed === undefined) {
      agreements++
      continue
    }
    processes++
    const broken = brokenAt(filed.journal, filed.process)
    if (broken !== undefined)
      throw invalid(`${file}, line ${line}: the journal of ${filed.process.id} is broken at entry ${broken}.`)
  }
  if (first && last && processes + agreements === 0)
    return `${file}: entries ${first.seq} to ${last.seq} of the audit whole, ending with ${last.hash}`
  return `${file}: ${processes} processes with their journals whole, ${agreements} agreements`
}

/** A line of the audit; undefined for any other. */
function readAudit(text: string, where: string): AuditEntry | undefined {
  const line: Partial<AuditEntry> & { kind?: string } = parse(text, where)
  if (line.kind !== 'audit') return undefined
  if (typeof line.seq !== 'number' || typeof line.hash !== 'string')
    throw invalid(`${where}: this is not a line of the audit.`)
  return line as AuditEntry
}

/** A line that tells of a process; undefined for an agreement, which has no journal. */
function read(text: string, where: string): Filed | undefined {
  const line = parse(text, where)
  if (line.kind === 'agreement') return undefined
  if (typeof line.process?.id !== 'string' || !Array.isArray(line.journal))
    throw invalid(`${where}: this is not a line of an archive.`)
  return line as Filed
}

function parse(text: string, where: string): Partial<Omit<Filed, 'kind'>> & { kind?: string } {
  try {
    return Object(JSON.parse(text))
  } catch {
    throw invalid(`${where}: this is not JSON.`)
  }
}
