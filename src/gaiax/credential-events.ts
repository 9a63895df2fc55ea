import type { Services } from './services.ts'
import type { GaiaXCredential } from './types.ts'

/** Makes a label known. Throws `conflict` when the event service refuses it, `bad-gateway` when it does not answer. */
export type Announce = (label: GaiaXCredential) => Promise<void>

/** Puts labels on the board of a credentials event service (`POST /v2/credentials-events`), as CloudEvents 1.0. */
export const createAnnounce =
  ({ did, services }: { did: string; services: Services }): Announce =>
  async ({ id, jwt, validFrom }) => {
    const answer = await services.request('events', {
      method: 'POST',
      path: '/v2/credentials-events',
      headers: { 'content-type': 'application/json' },
      body: {
        specversion: '1.0',
        type: 'eu.gaia-x.credential',
        source: did,
        subject: id,
        time: validFrom.toISOString(),
        datacontenttype: 'application/vc+jwt',
        data: jwt,
      },
    })
    if (answer.status < 200 || answer.status >= 300) throw services.refusalOf('events', answer)
  }
