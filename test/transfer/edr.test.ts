import t from 'tap'
import { createAddressSeal, type DataAddress } from '../../src/signaling/index.ts'
import { createEdrs, type RefreshToken } from '../../src/transfer/edr.ts'
import type { Transfer } from '../../src/transfer/types.ts'
import { gate } from '../support/gate.ts'
import { glassSafe } from '../support/safe.ts'

const property = (name: string, value: string) => ({ '@type': 'EndpointProperty' as const, name, value })

const address = (authorization: string): DataAddress => ({
  '@type': 'DataAddress',
  endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
  endpoint: 'http://provider/public',
  endpointProperties: [
    property('authorization', authorization),
    property('refreshEndpoint', 'http://provider/token'),
    property('refreshToken', 'first'),
    property('expiresIn', '60'),
  ],
})

const tokenIn = ({ endpointProperties = [] }: DataAddress) =>
  endpointProperties.find(({ name }) => name === 'authorization')?.value

const addressSeal = createAddressSeal(glassSafe)

/** A transfer whose token has run out, kept in one place for two replicas; each asks the provider in its own way. */
function twoReplicas(...asks: readonly [RefreshToken, RefreshToken]) {
  let transfer = {
    id: 'x',
    role: 'consumer',
    state: 'STARTED',
    data: {
      agreementId: 'a',
      datasetId: 'd',
      format: 'HttpData-PULL',
      edr: { dataAddress: addressSeal.seal(address('old'), 'x'), receivedAt: new Date(0).toISOString() },
    },
  } as unknown as Transfer
  const runner = {
    settled: async () => transfer,
    amend: async (_id: string, change: (data: Transfer['data']) => Transfer['data']) => {
      transfer = { ...transfer, data: change(transfer.data) }
      return transfer
    },
  }
  const edrs = asks.map(refreshToken => createEdrs({ runner, refreshToken, addressSeal, now: () => new Date() }))
  return {
    fresh: () => Promise.all(edrs.map(each => each.fresh('x'))),
    kept: () => transfer.data.edr && addressSeal.open(transfer.data.edr.dataAddress, 'x'),
  }
}

const pair = (name: string) => ({ access_token: `access ${name}`, refresh_token: `refresh ${name}`, expires_in: 60 })

t.test('two replicas that renew at once hand out the same token, the one that is kept', async t => {
  const { fresh, kept } = twoReplicas(
    async () => pair('one'),
    async () => pair('two'),
  )
  const [one, two] = await fresh()
  t.same(one, two)
  t.same(await kept(), one)
})

t.test(
  'the replica that comes second to a provider that exchanges a token once takes what the first was given',
  async t => {
    const { open: given, opened: first } = gate()
    const { fresh } = twoReplicas(
      async () => {
        setImmediate(given)
        return pair('one')
      },
      async () => {
        await first
        throw new Error('invalid_grant')
      },
    )
    t.same((await fresh()).map(tokenIn), ['access one', 'access one'])
  },
)

t.test('a refusal that nobody else got round is told', async t => {
  const refuse = async () => {
    throw new Error('invalid_grant')
  }
  await t.rejects(twoReplicas(refuse, refuse).fresh(), { message: 'invalid_grant' })
})
