import { post } from '../../operation.ts'
import { flag, listOf, meaning, named, orNull, record, text, time } from '../../schemas.ts'
import { shapes } from '../shapes.ts'
import { judgement } from './common.ts'

const simulation = named(
  'Simulation',
  record({
    dataset: text,
    items: listOf(
      record({
        participant: text,
        seenAt: meaning(
          'When what is attested about it was last presented; null if it is configured or imagined.',
          orNull(time),
        ),
        permitted: meaning('Whether it would see, and get, the dataset by one of the offers.', flag),
        offers: listOf(record({ publication: text, visible: judgement, contract: judgement })),
      }),
    ),
  }),
)

const example = {
  dataset: 'wind',
  participants: [{ id: 'did:web:consumer.example', claims: { groups: ['partners'] } }],
}
const description =
  'Without `participants` everybody is asked about who is configured or whom we have dealt with; without `claims`, what is known of a participant counts. Nothing is changed by asking.'

/** What would happen if somebody asked. */
export const simulationOperations = {
  simulate: post('/simulate', shapes.simulation, simulation, 'Tells who could get a dataset, and why not the others', {
    example,
    description,
  }),
} as const
