import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { type AuditEntry, isWhole } from '../access/index.ts'
import { invalid } from '../errors.ts'
import { type Bundle, isBundle, verifyEvidence } from '../evidence/index.ts'
import { createJsonLd } from '../jsonld/index.ts'
import { publicJwkOf, readPublicKey } from '../keys/index.ts'
import { brokenAt, type Filed } from '../process/index.ts'

/** `kontor verify`: whether archives of the retention, and exports of the audit, say what happened, entry by entry. */
export function verifyCommand(program: Command): void {
  program
    .command('verify')
    .description('check evidence of agreements, and the hash chains in archive and export files')
    .argument(
      '<file...>',
      'NDJSON files that the retention, or kontor audit export, has written; evidence of agreements',
    )
    .option('--keys <file>', 'the DID document or JWK set of whoever has signed evidence')
    .action(async (files: string[], { keys }: { keys?: string }) => {
      for (const file of files) process.stdout.write(`${await verifyFile(file, keys)}\n`)
    })
}

/** What a file holds, in sentences. Throws `invalid` if it is not as it was written. */
export async function verifyFile(file: string, keys: string | undefined): Promise<string> {
  const evidence = await readEvidence(file)
  if (!evidence) return verifyArchive(file)
  const wrong = (evidence.statement?.audit ?? []).find(entry => !isWhole(entry as AuditEntry, undefined))
  const words = await verifyEvidence(evidence, createJsonLd().expand, { keys: keys ? await readKeys(keys) : undefined })
  if (wrong) throw invalid(`${file}: an entry of the audit is not as it was written.`)
  return [`${file}:`, ...words].join('\n  ')
}

/** Larger files are no evidence; bytes. */
const LARGEST = 256 * 1024 * 1024

/** The evidence in a file; undefined if it is something else. */
async function readEvidence(file: string): Promise<Bundle | undefined> {
  if ((await stat(file)).size > LARGEST) return undefined
  const text = await readFile(file, 'utf8')
  if (!text.slice(0, 200).includes('urn:kontor:evidence:')) return undefined
  const value: unknown = parse(text, file)
  if (isBundle(value)) return value
  throw invalid(`${file}: this is evidence of a kind that this version does not know.`)
}

/** The names of the keys in a DID document or a JWK set, by what they are and not by what they are called there. */
async function readKeys(file: string): Promise<ReadonlySet<string>> {
  const { keys = [], verificationMethod = [] } = parse(await readFile(file, 'utf8'), file) as {
    readonly keys?: readonly unknown[]
    readonly verificationMethod?: readonly { readonly publicKeyJwk?: unknown }[]
  }
  const jwks = [...keys, ...verificationMethod.map(({ publicKeyJwk }) => publicKeyJwk)].filter(jwk => jwk !== undefined)
  if (jwks.length === 0) throw invalid(`${file}: there is no key in it: give a DID document or a JWK set.`)
  return new Set(jwks.map(jwk => publicJwkOf(readPublicKey(jwk).key).kid))
}

/** What an archive file holds, as a sentence. Throws `invalid`, naming the process, if a journal is not as it was written; or the entry of the audit. */
export async function verifyArchive(file: string): Promise<string> {
  let [processes, agreements, credentials, line] = [0, 0, 0, 0]
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
    if (filed === 'gaia-x-credential') {
      credentials++
      continue
    }
    if (filed === 'agreement') {
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
  if (credentials > 0) return `${file}: ${credentials} former Gaia-X credentials`
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

/** Kinds of lines that have no journal. */
type Plain = 'agreement' | 'gaia-x-credential'

/** A line that tells of a process; of any other, its kind. */
function read(text: string, where: string): Filed | Plain {
  const line = parse(text, where)
  if (line.kind === 'agreement' || line.kind === 'gaia-x-credential') return line.kind
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
