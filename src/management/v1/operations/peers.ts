import { post } from '../../operation.ts'
import { among, flag, listOf, meaning, named, orNull, record, text } from '../../schemas.ts'
import { shapes } from '../shapes.ts'

const found = named(
  'Peer',
  record({ id: text, address: meaning('Where it receives messages, version path included.', text) }),
)

const examination = named(
  'Examination',
  record({
    peer: record({ id: orNull(text), address: orNull(text) }),
    healthy: meaning('Whether nothing is ill.', flag),
    checks: listOf(
      named(
        'Check',
        record({
          check: text,
          direction: meaning('Our way to them, or theirs to us.', among('outward', 'inward')),
          outcome: among('well', 'doubtful', 'ill', 'skipped'),
          side: meaning('Whose affair it is.', orNull(among('ours', 'theirs', 'between'))),
          finding: text,
          advice: meaning('What to do about it.', orNull(text)),
        }),
      ),
    ),
  }),
)

const finds =
  'An id is that of a DID document, whose service tells where it is reached, or of somebody with whom we have dealt. Who a URL belongs to is believed only where it is proven, since a token of ours is shown there; `id` says it otherwise.'
const examines =
  'Looks at names, connection, certificate, versions, clocks, DID documents, keys, tokens, credential services, catalogue and terms, in both directions. Nothing is changed by it. Only addresses that `network.allow` permits are called, and of what stands there nothing is told but reasons in the words of the protocol.'

/** Other participants. */
export const peerOperations = {
  findPeer: post('/peers/find', shapes.peer, found, 'Finds out who is meant, and where that participant is reached', {
    example: { peer: 'did:web:provider.example' },
    description: finds,
  }),
  examinePeer: post('/doctor', shapes.doctor, examination, 'Examines the way to a participant and back', {
    example: { peer: 'did:web:provider.example', dataset: 'wind' },
    description: examines,
  }),
} as const
