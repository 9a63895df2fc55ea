import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { peerOperations } from './operations/peers.ts'

/** Other participants: where one is reached, and what is wrong between it and us. */
export const peerEndpoints = ({ findPeer, examine }: Pick<Given, 'findPeer' | 'examine'>): Endpoint[] =>
  implement(peerOperations, {
    async findPeer({ input }) {
      const { counterparty: id, address } = await findPeer(input)
      return { id, address }
    },
    examinePeer: ({ input }) => examine(input),
  })
