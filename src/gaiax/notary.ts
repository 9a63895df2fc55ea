import type { GaiaXRegistration } from '../config/types.ts'
import { badGateway } from '../errors.ts'
import type { Issued, VerifyIssued } from './issued.ts'
import { type Services, tokenIn } from './services.ts'
import type { Draft } from './types.ts'
import { registrations } from './vocabulary.ts'

/** Has a registration number attested; gives what is to be kept. */
export type Attest = (number: GaiaXRegistration, place: { id: string; subject: string }) => Promise<Draft>

/**
 * Asks a notary (`GET /v2/registration-numbers/{kind}/{value}`), and believes it nothing: the answer must be a credential of a trusted notary,
 * of that type, under our id, about our subject, with that very number. Throws `conflict` when the notary refuses, `bad-gateway` for
 * anything else than what was asked for.
 */
export function createNotary({ services, verify }: { services: Services; verify: VerifyIssued }): Attest {
  return async ({ kind, value }, { id, subject }) => {
    const query = new URLSearchParams({ vcId: id, subjectId: subject })
    const answer = await services.request('notary', {
      method: 'GET',
      path: `/v2/registration-numbers/${kind}/${encodeURIComponent(value)}?${query}`,
      headers: { accept: 'application/vc+jwt' },
    })
    if (answer.status !== 200) throw services.refusalOf('notary', answer)
    const jwt = tokenIn('notary', answer)
    const issued = await verify(jwt, 'notary')
    const { type, property } = registrations[kind]
    demand(issued, { id, subject, type })
    const attested = issued.subject[property] ?? issued.subject[property.replace(/^\w+:/, '')]
    if (attested !== value) throw badGateway(`The notary attests another number than ${value}.`)
    const { validFrom, validUntil } = issued
    return { id, type, subject, jwt, validFrom, validUntil, source: 'notary' }
  }
}

/** Throws `bad-gateway` unless it is the credential that was asked for. */
export function demand(issued: Issued, wanted: { id: string; subject: string; type: string }): void {
  if (issued.id !== wanted.id) throw badGateway(`The credential has the id ${issued.id}, not ${wanted.id}.`)
  if (issued.subject.id !== wanted.subject) throw badGateway(`The credential is not about ${wanted.subject}.`)
  if (!issued.types.includes(wanted.type)) throw badGateway(`The credential is no ${wanted.type}.`)
}
