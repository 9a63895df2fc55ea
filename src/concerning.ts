import type { PoliciesOf } from './dsp/index.ts'
import type { Negotiations } from './negotiation/index.ts'

/**
 * The policies that a peer's message is about, which tell what credentials of the peer matter: of a request or offer the terms in it,
 * of a request for data the agreement it names. In all other messages nobody is judged anew.
 */
export const policiesOf =
  ({ agreement }: Pick<Negotiations, 'agreement'>): PoliciesOf =>
  async message => {
    if ('offer' in message && typeof message.offer === 'object' && message.offer !== null) return [{ ...message.offer }]
    if (!('agreementId' in message && typeof message.agreementId === 'string')) return []
    const found = await agreement(message.agreementId, 'provider')
    return found ? [found.agreement] : []
  }
