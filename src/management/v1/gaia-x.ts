import { KontorError } from '../../errors.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { gaiaXOperations } from './operations/gaia-x.ts'
import { pagedBy } from './paged.ts'

/** What we and others say in a Gaia-X ecosystem. */
export function gaiaXEndpoints(given: Pick<Given, 'gaiaX'>): Endpoint[] {
  function service(): NonNullable<Given['gaiaX']> {
    if (given.gaiaX) return given.gaiaX
    throw new KontorError(
      'not-enabled',
      404,
      'This connector says nothing in a Gaia-X ecosystem: set gaiaX.mode to on.',
    )
  }

  async function state() {
    const { credentials, level, catalogue, compliance, troubles, selfDescriptionUrl } = service()
    return {
      selfDescription: selfDescriptionUrl(),
      level: (await level()) ?? null,
      compliance: compliance ?? null,
      catalogue: (await catalogue()) ?? null,
      troubles: await troubles(),
      credentials: (await credentials()).map(({ id, type, version, source, about, validFrom, validUntil }) => ({
        id,
        type,
        version,
        source,
        about,
        validFrom,
        validUntil,
      })),
    }
  }

  async function refresh() {
    await service().refresh()
    return state()
  }

  return implement(gaiaXOperations, {
    getGaiaX: state,
    refreshGaiaX: refresh,
    getGaiaXAgreement: ({ id }) => service().agreements.show(id),
    listGaiaXParticipants: ({ input }) =>
      pagedBy(
        input,
        page => service().peers(page),
        each => each,
      ),
  })
}
