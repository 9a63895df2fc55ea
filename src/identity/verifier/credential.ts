import type { Dids } from '../dids/index.ts'
import { Rejection } from '../rejection.ts'
import { type JwsReasons, leeway, openJws } from './jws.ts'
import type { CheckSchemas } from './schema.ts'
import { readStatements, type Statements } from './statements.ts'
import { type CheckStatus, readStatusEntries } from './status.ts'
import type { Trust } from './trust.ts'
import type { Holding, VerifiedCredential } from './types.ts'

/** What a credential is judged by. */
export interface Judges {
  readonly trust: Trust
  readonly dids: Pick<Dids, 'findKey'>
  readonly checkSchemas: CheckSchemas
  readonly checkStatus: CheckStatus
  readonly now: () => Date
}

const reasons: JwsReasons = {
  malformed: 'credential-malformed',
  algorithm: 'credential-signature',
  signature: 'credential-signature',
  brings: 'credential-malformed',
  type: 'credential-malformed',
  types: ['jwt', 'vc+jwt', 'vc+ld+jwt', 'vc+ld+json+jwt'],
}

/**
 * Verifies a credential that `holder` presents (DCP 1.0, Presentation Validation, 4 to 7). Throws a `Rejection`: with
 * `issuer-not-trusted` before anybody is asked, since what an unknown issuer says would not matter.
 */
export async function verifyCredential(token: string, holder: string, judges: Judges): Promise<Holding> {
  const { trust, dids, checkSchemas, checkStatus, now } = judges
  const { header, payload, verify } = openJws(token, reasons)
  const statements = readStatements(payload)
  const { issuer, subjectIds, validFrom, validUntil } = statements
  const types = trust.typesBy(issuer, statements.types)
  if (types.length === 0)
    throw new Rejection('issuer-not-trusted', `We do not trust ${issuer} for ${statements.types.join(', ')}.`)
  if (header.kid?.startsWith('did:') && !header.kid.startsWith(`${issuer}#`))
    throw new Rejection('credential-issuer', 'The credential is signed by a key of somebody else than its issuer.')
  verify(await dids.findKey(issuer, header.kid, 'assertionMethod'))
  if (subjectIds.length !== 1 || subjectIds[0] !== holder)
    throw new Rejection('credential-subject', 'The credential is about somebody else than the one who presents it.')
  demandCurrent(statements, now())
  await checkSchemas(statements)
  const status = readStatusEntries(statements.status)
  const known = await checkStatus(issuer, status)
  const credential: VerifiedCredential = {
    ...(statements.id !== undefined && { id: statements.id }),
    types,
    issuer,
    subject: { ...statements.subject, id: holder },
    ...(validFrom && { validFrom: validFrom.toISOString() }),
    ...(validUntil && { validUntil: validUntil.toISOString() }),
    ...(status.length > 0 && { status }),
  }
  return { credential, until: Math.min(validUntil?.getTime() ?? Infinity, known) }
}

/** A credential's dates allow for the clocks of others, as tokens do. */
export function demandCurrent(
  { validFrom, validUntil }: Pick<Statements, 'validFrom' | 'validUntil'>,
  now: Date,
): void {
  if (validUntil !== undefined && validUntil.getTime() + leeway * 1_000 <= now.getTime())
    throw new Rejection('credential-expired', 'The credential has expired.')
  if (validFrom !== undefined && validFrom.getTime() - leeway * 1_000 > now.getTime())
    throw new Rejection('credential-not-yet-valid', 'The credential is not valid yet.')
}
