import type { Catalog } from './catalog/index.ts'
import type { PoliciesOf } from './dsp/index.ts'
import type { Negotiations } from './negotiation/index.ts'
import { hasRules, type Policy } from './policy/index.ts'

/**
 * The policies that a peer's message is about, which tell what credentials of the peer matter: of a request for a contract the terms in it,
 * or those published, where it only names the offer; of a request for data the agreement it names. In all other messages nobody is
 * judged anew: a provider that makes an offer is not asked for what its policy demands of consumers. And whoever ends something may do so
 * without any credentials: it may be for want of them, and otherwise we would never hear of it.
 */
export function policiesOf(given: {
  findTerms: Catalog['findTerms']
  findAgreement: Negotiations['agreement']
}): PoliciesOf {
  const { findTerms, findAgreement } = given
  const listed = (policy: Policy | undefined) => (policy ? [policy] : [])

  return async message => {
    if (!('@type' in message)) return []
    switch (message['@type']) {
      case 'ContractRequestMessage':
        return listed(hasRules(message.offer) ? message.offer : await findTerms(message.offer['@id']))
      case 'TransferRequestMessage':
        return listed((await findAgreement(message.agreementId, 'provider'))?.agreement)
      case 'ContractNegotiationTerminationMessage':
      case 'TransferTerminationMessage':
        return null
      default:
        return []
    }
  }
}
