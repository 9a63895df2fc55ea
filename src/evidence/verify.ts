import { invalid, KontorError } from '../errors.ts'
import { algorithms, publicJwkOf, readPublicKey, verifyCompact } from '../keys/index.ts'
import { type Expand, policyHash, termsDigest } from '../policy/index.ts'
import { brokenAt, digestOf } from '../process/index.ts'
import { type Bundle, type Chained, type Moved, type Statement, TYPE } from './bundle.ts'

/** Whose keys are believed. */
export interface Trust {
  /** Names (RFC 7638 thumbprints) of the signer's keys, found out by other ways than the file; undefined: none are known. */
  readonly keys: ReadonlySet<string> | undefined
}

/** Whether a value says that it is evidence. */
export const isBundle = (value: unknown): value is Bundle =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === TYPE

/**
 * Checks evidence by nothing but itself, and whatever keys are known to be the signer's: the signature over all of it, the chain of hashes of each
 * journal, the digest of the terms and the hash of the policy. The answer says in words who got what under which contract. Throws
 * `invalid` with what is wrong.
 */
export async function verifyEvidence(bundle: Bundle, expand: Expand, trust: Trust): Promise<string[]> {
  const { statement, signature } = demandShape(bundle)
  demandSignature(statement, signature)
  if (trust.keys && !trust.keys.has(signature.key.kid))
    throw invalid(`The evidence is signed by the key ${signature.key.kid}, which is none of those given.`)
  demandParties(statement)
  for (const process of [statement.negotiation, ...statement.transfers]) if (process) demandChain(process)
  await demandHashes(statement, expand)
  return inWords(statement, signature.key.kid, trust)
}

function demandShape(bundle: Bundle): Bundle {
  const { statement, signature, ...more } = bundle
  const whole =
    Object.keys(more).join() === 'type' &&
    Object.keys(Object(signature)).toSorted().join() === 'jws,key' &&
    typeof signature.jws === 'string' &&
    typeof Object(statement?.agreement)['@id'] === 'string' &&
    Array.isArray(statement.transfers) &&
    Array.isArray(statement.obligations) &&
    Array.isArray(statement.audit) &&
    Array.isArray(statement.credentials)
  if (!whole)
    throw invalid('This is not evidence as a connector makes it: something is missing, or more than it should be.')
  return bundle
}

function demandSignature(statement: Statement, { jws, key }: Bundle['signature']): void {
  const wrong = (why: string) => invalid(`The evidence is not what was signed: ${why}.`)
  try {
    const verification = readPublicKey(key)
    // A name that is not the key's own would let anybody sign as somebody who is trusted.
    if (digestOf(publicJwkOf(verification.key)) !== digestOf(key)) throw wrong('its key has the name of another')
    const { header, payload } = verifyCompact(jws, verification, algorithms)
    if (header.kid !== key.kid || header.typ !== 'evidence+jwt')
      throw wrong('the signature is by another key, or of something else')
    const { digest, iss, sub } = payload
    if (digest !== digestOf(statement)) throw wrong('something was changed, added or left out')
    if (iss !== statement.participant || sub !== statement.agreement['@id']) throw wrong('it is of another agreement')
  } catch (error) {
    if (error instanceof KontorError && error.code !== 'invalid') throw wrong(error.message)
    throw error
  }
}

function demandParties({ agreement, participant, counterparty, role }: Statement): void {
  const [assigner, assignee] = role === 'provider' ? [participant, counterparty] : [counterparty, participant]
  if (agreement.assigner !== assigner || agreement.assignee !== assignee)
    throw invalid('The agreement is between others than the evidence says.')
}

function demandChain(process: Chained): void {
  if (!Array.isArray(process.journal)) throw invalid(`The journal of ${process.id} is missing.`)
  const broken = brokenAt(process.journal, process)
  if (broken !== undefined) throw invalid(`The journal of ${process.id} is broken at entry ${broken}.`)
}

async function demandHashes({ agreement, digest, policyHash: hash }: Statement, expand: Expand): Promise<void> {
  if (digest !== null && termsDigest(agreement) !== digest)
    throw invalid('The digest of the terms is not that of the agreement.')
  if (hash !== null && (await policyHash(agreement, expand)) !== hash)
    throw invalid('The hash of the policy is not that of the agreement.')
}

function inWords(statement: Statement, kid: string, { keys }: Trust): string[] {
  const { agreement, participant, madeAt, transfers, obligations, negotiation, credentials, audit } = statement
  const entries = [negotiation, ...transfers].reduce((sum, each) => sum + (each?.journal.length ?? 0), 0)
  return [
    `${agreement.assigner} has given ${agreement.assignee} the right to use ${agreement.target}, by the agreement ${agreement['@id']} of ${statement.agreedAt}.`,
    statement.finalizedAt
      ? `It counts since ${statement.finalizedAt}.`
      : 'It has never counted: the negotiation was not finalised.',
    ...(statement.retiredAt
      ? [`It was ended before its time at ${statement.retiredAt}: ${statement.retiredReason}.`]
      : []),
    ...transfers.map(sayTransfer),
    ...(transfers.length === 0 ? ['No data was asked for under it.'] : []),
    ...(statement.transfersLeftOut > 0 ? [`${statement.transfersLeftOut} more transfers are not in this file.`] : []),
    ...obligations.map(
      ({ action, state, performedAt }) => `The duty to ${action} is ${state}${performedAt ? ` (${performedAt})` : ''}.`,
    ),
    `Checked: the signature of ${participant}, ${entries} entries of ${transfers.length + (negotiation ? 1 : 0)} journals${statement.policyHash === null ? '' : ', the hash of the policy'}.`,
    `Stated by ${participant} alone at ${madeAt}; messages of the other side are in the journals by their digests, ${credentials.length} credentials and ${audit.length} entries of the audit are with it.`,
    keys
      ? `The key ${kid} is one of those given.`
      : `The key ${kid} comes with the file: make sure that it is that of ${participant}, or give its keys.`,
  ]
}

const sayTransfer = ({ id, state, format, served }: Moved): string =>
  served
    ? `${format} ${id} is ${state ?? 'INITIAL'}: ${served.bytes} bytes in ${served.requests} accesses, the last at ${served.lastAt ?? 'no time'}.`
    : `${format} ${id} is ${state ?? 'INITIAL'}; what was moved was counted by the other side.`
