import { badGateway, notFound } from '../errors.ts'
import type { Runner } from '../process/index.ts'
import type { AddressSeal, DataAddress, EndpointProperty } from '../signaling/index.ts'
import type { Transfer, TransferStep } from './types.ts'

/** Asks a provider's token endpoint for a new access token (RFC 6749 §6). Throws `bad-gateway`. */
export type RefreshToken = (endpoint: string, refreshToken: string) => Promise<unknown>

/** A token is exchanged so long before it ends, ms. */
const MARGIN = 30_000

/** The endpoint data references that providers have given us, as consumer. */
export function createEdrs(given: {
  runner: Pick<Runner<Transfer, TransferStep>, 'settled' | 'amend'>
  refreshToken: RefreshToken
  addressSeal: AddressSeal
  now: () => Date
}) {
  const { runner, refreshToken, addressSeal, now } = given
  const asking = new Map<string, Promise<DataAddress>>()

  /** As the provider told it last. Throws `not-found`. */
  async function known(id: string) {
    const { dataAddress, receivedAt } = await kept(id)
    return { dataAddress: await addressSeal.open(dataAddress, id), receivedAt }
  }

  async function kept(id: string) {
    const transfer = await runner.settled(id)
    const edr = transfer?.role === 'consumer' ? transfer.data.edr : undefined
    if (!transfer || !edr || transfer.state !== 'STARTED')
      throw notFound('endpoint data reference of a started transfer', id)
    return edr
  }

  async function renew(
    id: string,
    old: DataAddress,
    receivedAt: string,
    ask: () => Promise<unknown>,
  ): Promise<DataAddress> {
    const dataAddress = await ask().then(
      answer => withTokens(old, answer),
      error => renewedElsewhere(id, receivedAt, error),
    )
    // The provider may have sent a new address while we asked, or another replica has asked, too: what is kept counts. A second
    // pair of tokens that nobody ever uses does the kept one no harm.
    const edr = { dataAddress: addressSeal.seal(dataAddress, id), receivedAt: now().toISOString() }
    const { data } = await runner.amend(id, data => (data.edr?.receivedAt === receivedAt ? { ...data, edr } : data))
    return data.edr ? addressSeal.open(data.edr.dataAddress, id) : dataAddress
  }

  /** A refresh token is good for one: the replica that came second is refused, and takes what the first one was given. */
  async function renewedElsewhere(id: string, receivedAt: string, error: unknown): Promise<DataAddress> {
    const edr = await known(id)
    if (edr.receivedAt === receivedAt) throw error
    return edr.dataAddress
  }

  return {
    /** Where a transfer's data can be fetched, with a token that is good for a while. Throws `not-found`, `bad-gateway`. */
    async fresh(id: string): Promise<DataAddress> {
      const { dataAddress, receivedAt } = await known(id)
      const { refreshEndpoint, refreshToken: token, expiresIn } = propertiesOf(dataAddress)
      if (!refreshEndpoint || !token || !expiresIn) return dataAddress
      const until = Date.parse(receivedAt) + Number(expiresIn) * 1_000
      if (now().getTime() < until - MARGIN) return dataAddress
      // Whoever asks meanwhile waits for the same answer: a refresh token is good for one.
      const asked = asking.get(id) ?? renew(id, dataAddress, receivedAt, () => refreshToken(refreshEndpoint, token))
      asking.set(id, asked)
      return asked.finally(() => asking.delete(id))
    },

    /** Where a transfer's data can be fetched, as it was told last: the token may have run out. Throws `not-found`. */
    last: async (id: string): Promise<DataAddress> => (await known(id)).dataAddress,

    /** Forgets where a transfer's data can be fetched. Throws `not-found`. */
    async forget(id: string): Promise<void> {
      await kept(id)
      await runner.amend(id, ({ edr, ...data }) => data)
    },
  }
}

const propertiesOf = ({ endpointProperties = [] }: DataAddress): Partial<Record<string, string>> =>
  Object.fromEntries(endpointProperties.map(({ name, value }) => [name, value]))

/** The data address with the tokens of a token response: under every name that carried the old ones. */
function withTokens(address: DataAddress, response: unknown): DataAddress {
  const { access_token, refresh_token, expires_in } = (response ?? {}) as Record<string, unknown>
  if (typeof access_token !== 'string') throw badGateway('The provider answered the refresh without an access token.')
  const changed: Record<string, unknown> = {
    authorization: access_token,
    refreshToken: refresh_token,
    expiresIn: expires_in,
  }
  const renew = (property: EndpointProperty): EndpointProperty => {
    const value = changed[property.name.replace(/^.*[/#]/, '')]
    return value === undefined ? property : { ...property, value: String(value) }
  }
  return { ...address, endpointProperties: (address.endpointProperties ?? []).map(renew) }
}
