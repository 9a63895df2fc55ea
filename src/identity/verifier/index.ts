import type { Config } from '../../config/types.ts'
import type { Client } from '../../http/index.ts'
import type { Dids } from '../dids/index.ts'
import type { OnRejected } from '../door.ts'
import { restrain } from '../restraint.ts'
import type { Specialist } from '../specialist.ts'
import type { Sts } from '../sts/index.ts'
import { verifyCredential } from './credential.ts'
import { openCheckStatus } from './open-status.ts'
import { createQueryPresentations } from './query.ts'
import { createRecheck, type Recheck } from './recheck.ts'
import { createCheckSchemas } from './schema.ts'
import type { CheckStatus } from './status.ts'
import { createTrust } from './trust.ts'
import type { Holding } from './types.ts'
import { type Attest, createAttest } from './verify.ts'

/** Finds out what is attested about others, now and later. */
export interface Verifier {
  readonly attest: Attest
  readonly recheck: Recheck
  /** Verifies a credential about `holder`, whoever its issuer is. Throws a `Rejection`. */
  readonly verify: (token: string, holder: string) => Promise<Holding>
  readonly checkStatus: CheckStatus
}

/** A verifier as the settings want it. */
export function createVerifier(given: {
  did: string
  settings: Config['identity']['dcp']
  request: Client['request']
  dids: Dids
  idToken: Sts['idToken']
  onRejected: OnRejected
  now: () => Date
  specialist?: Specialist | undefined
}): Verifier {
  const { did, settings, request, dids, idToken, onRejected, now, specialist } = given
  const { trustedIssuers, required, reuse, schemas } = settings
  const trust = createTrust(trustedIssuers)
  const checkStatus = openCheckStatus({ settings, request, dids, now })
  const judges = { trust, dids, checkSchemas: createCheckSchemas({ request, rule: schemas, now }), checkStatus, now }
  const query = createQueryPresentations({ request: restrain(request), dids, idToken })
  return {
    attest: createAttest({ audience: did, query, judges, dids, required, reuseFor: reuse, now, specialist }),
    recheck: createRecheck({ trust, checkStatus, onRejected, now, specialist }),
    verify: (token, holder) => verifyCredential(token, holder, { ...judges, trust: { typesBy: (_, types) => types } }),
    checkStatus,
  }
}
