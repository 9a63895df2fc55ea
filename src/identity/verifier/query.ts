import { KontorError } from '../../errors.ts'
import type { Client } from '../../http/index.ts'
import { ask } from '../asking.ts'
import { message, parseMessage } from '../credentials/messages.ts'
import type { Dids } from '../dids/index.ts'
import { Rejection } from '../rejection.ts'
import type { Sts } from '../sts/index.ts'

/** Asks a holder's credential service for presentations by scopes, with the access token that the holder gave us. Throws a `Rejection`. */
export type QueryPresentations = (
  holder: string,
  access: string,
  scopes: readonly string[],
) => Promise<readonly unknown[]>

/** Many large credentials fit; bytes. */
const largest = 1024 * 1024

const reasons = { unreachable: 'service-unreachable', tooLarge: 'presentation-too-large' } as const

/** Asks by the service that stands in the holder's DID document (DCP 1.0, Resolution API). */
export function createQueryPresentations(given: {
  request: Client['request']
  dids: Pick<Dids, 'findService'>
  idToken: Sts['idToken']
}): QueryPresentations {
  const { request, dids, idToken } = given

  return async (holder, access, scopes) => {
    const base = await dids.findService(holder, 'CredentialService')
    const url = `${base.replace(/\/$/, '')}/presentations/query`
    const headers = { authorization: `Bearer ${await idToken(holder, { access })}` }
    const query = message('PresentationQueryMessage', { scope: scopes })
    const answer = await ask(request, { method: 'POST', url, headers, body: query, maxResponse: largest }, reasons)
    if (answer.status < 200 || answer.status >= 300)
      throw new Rejection('service-refused', `The credential service of ${holder} answered ${answer.status}.`)
    return presentationsIn(answer.body)
  }
}

function presentationsIn(body: unknown): readonly unknown[] {
  try {
    return parseMessage('PresentationResponseMessage', body).presentation
  } catch (error) {
    if (error instanceof KontorError) throw new Rejection('presentation-malformed', error.message, error)
    throw error
  }
}
