import type { Policy } from '../policy/index.ts'
import type { DidDocument, Dids } from './dids/index.ts'
import { createVerifyIdToken } from './verifier/id-token.ts'

/** What a doctor asks about identity: nothing comes from a cache, nothing is used up. */
export interface Checkup {
  /** A DID document as it is now. Throws a `Rejection`. */
  readonly resolve: (did: string) => Promise<DidDocument>
  /**
   * Makes a token of ours for a peer and judges it as the peer would: by our DID document, fetched from where it lies, and by the clock of the
   * peer. Throws a `Rejection`.
   */
  readonly judgeToken: (peer: string, at: Date) => Promise<void>
  /** The scopes under which a peer is let see credentials of ours when policies are about to be judged. */
  readonly scopesFor: (policies: readonly Policy[]) => readonly string[]
  /** Types of credentials that all are asked for here, and so probably there. */
  readonly required: readonly string[]
  /** What is in the wallet. */
  readonly held: () => Promise<
    readonly { readonly types: readonly string[]; readonly issuer: string; readonly validUntil: Date | null }[]
  >
}

/** Makes one. `fresh` gives a resolver that remembers nothing. */
export function createCheckup(given: {
  fresh: () => Dids
  authorize: (peer: string) => Promise<string>
  scopesFor: Checkup['scopesFor']
  required: readonly string[]
  held: Checkup['held']
}): Checkup {
  const { fresh, authorize, scopesFor, required, held } = given
  return {
    resolve: did => fresh().resolve(did),
    async judgeToken(peer, at) {
      const verify = createVerifyIdToken({
        audience: peer,
        dids: fresh(),
        useOnce: async () => true,
        now: () => at,
      })
      await verify(await authorize(peer))
    },
    scopesFor,
    required,
    held,
  }
}
