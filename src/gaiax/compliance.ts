import { randomUUID } from 'node:crypto'
import { badGateway } from '../errors.ts'
import type { JsonObject } from '../jsonld/index.ts'
import type { Issued, VerifyIssued } from './issued.ts'
import { demand } from './notary.ts'
import { covers, type Judgement, readJudgement } from './peers/label.ts'
import { type Services, tokenIn } from './services.ts'
import { presentationPayload, type Signing } from './sign.ts'
import type { Draft } from './types.ts'

/** The levels by the offers that ask for them. */
export const levels = {
  'standard-compliance': 'SC',
  'label-level-1': 'L1',
  'label-level-2': 'L2',
  'label-level-3': 'L3',
} as const

/** What is presented for a label, and where the label is to be found. */
export interface Application {
  readonly id: string
  readonly subject: string
  readonly offer: keyof typeof levels
  /** Tokens, and what they say. */
  readonly credentials: readonly { readonly jwt: string; readonly payload: JsonObject }[]
}

/** Asks for a label; gives what is to be kept. */
export type Apply = (application: Application) => Promise<Draft>

/** How long a presentation to a clearing house is valid, ms. */
const PRESENTED_FOR = 600_000

/**
 * Asks a compliance service (`POST /v2/api/credential-offers/{offer}`), and believes it nothing: the answer must be a label of a trusted clearing
 * house, of the level asked for, under our id, and about each of the credentials as they are. Throws `conflict` when the service
 * refuses, with the rules it names; `bad-gateway` for anything else than what was asked for.
 */
export function createCompliance(given: {
  did: string
  services: Services
  signing: Signing
  verify: VerifyIssued
  now: () => Date
}): Apply {
  const { did, services, signing, verify, now } = given

  return async ({ id, subject, offer, credentials }) => {
    const from = now()
    const presentation = await signing.presentation(
      presentationPayload({
        id: `urn:uuid:${randomUUID()}`,
        issuer: did,
        validFrom: from,
        validUntil: new Date(from.getTime() + PRESENTED_FOR),
        credentials: credentials.map(({ jwt }) => jwt),
      }),
    )
    const answer = await services.request('compliance', {
      method: 'POST',
      path: `/v2/api/credential-offers/${offer}?vcid=${encodeURIComponent(id)}`,
      headers: { 'content-type': 'application/vp+jwt', accept: 'application/vc+jwt' },
      text: presentation,
    })
    if (answer.status !== 201 && answer.status !== 200) throw services.refusalOf('compliance', answer)
    const jwt = tokenIn('compliance service', answer)
    const issued = await verify(jwt, 'compliance')
    const type = typeOf(issued)
    demand(issued, { id, subject, type })
    checkLabel(readJudgement(issued.subject), { offer, credentials })
    const { validFrom, validUntil } = issued
    return { id, type, subject, jwt, validFrom, validUntil, source: 'compliance' }
  }
}

const typeOf = ({ types }: Issued): string =>
  types.includes('ComplianceCredential') ? 'ComplianceCredential' : 'LabelCredential'

/** Throws `bad-gateway` unless it is a label of that level for these credentials as they are. */
function checkLabel(label: Judgement, { offer, credentials }: Pick<Application, 'offer' | 'credentials'>): void {
  const asked = levels[offer]
  if ((label.level ?? 'SC') !== asked) throw badGateway(`The label is of level ${label.level}, not ${asked}.`)
  const left = credentials.filter(({ payload }) => !covers(label, payload))
  if (left.length > 0) throw badGateway(`The label is not about ${left.length} of the credentials that were presented.`)
}
