import { createHash, timingSafeEqual } from 'node:crypto'
import { type KnownParticipant, Secret } from '../config/types.ts'
import type { Authorize, Counterparty, VerifySender } from '../dsp/index.ts'
import { invalid, unauthenticated } from '../errors.ts'

/** Identity by static bearer tokens, one for each participant we know: for closed set-ups, the lab and conformance kits. */
export function createTokens(participants: readonly KnownParticipant[]): {
  verifySender: VerifySender
  authorize: Authorize
  /** What a participant's claims are now: the groups it is configured to be in. They change with a restart only. */
  recheck: (counterpartyId: string) => Promise<{ claims: Counterparty['claims'] }>
} {
  const known = participants.map(participant => ({
    hash: Buffer.from(participant.accepts, 'hex'),
    counterparty: { id: participant.id, claims: { groups: participant.groups } } satisfies Counterparty,
  }))
  const headers = new Map(participants.map(participant => [participant.id, headerOf(participant)]))

  return {
    async verifySender(authorization) {
      if (!authorization)
        throw unauthenticated('The request has no Authorization header: send "Bearer" and your token.')
      // A token may come alone, whatever scheme we use towards its owner: only who has it can say it.
      const token = authorization.replace(/^Bearer +/i, '')
      const hash = createHash('sha256').update(token).digest()
      // Every hash is compared, in constant time, so that neither timing nor order tells anything.
      const matches = known.filter(participant => timingSafeEqual(participant.hash, hash))
      const [match] = matches
      if (!match) throw unauthenticated('The token in the Authorization header is none that we know.')
      return match.counterparty
    },

    recheck: async counterpartyId => ({
      claims: known.find(({ counterparty: { id } }) => id === counterpartyId)?.counterparty.claims ?? {},
    }),

    async authorize(participantId) {
      const header = headers.get(participantId)
      if (!header)
        throw invalid(
          `We have no token for ${JSON.stringify(participantId)}: add it to the setting identity.participants.`,
        )
      return header.reveal()
    },
  }
}

/** What we show a participant: some want the bare token, such as an EDC whose identities are mock-ups. */
const headerOf = ({ presents, scheme }: KnownParticipant): Secret =>
  scheme === 'none' ? presents : new Secret(`Bearer ${presents.reveal()}`)
