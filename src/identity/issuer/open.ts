import type { Config } from '../../config/types.ts'
import type { Database } from '../../db/index.ts'
import type { Append } from '../../events/index.ts'
import type { Client } from '../../http/index.ts'
import { type Keyring, type Keys, signCompact } from '../../keys/index.ts'
import type { Jobs } from '../../process/index.ts'
import type { Dcp } from '../dcp.ts'
import { keyUrl, type OwnKeys } from '../dids/index.ts'
import type { IssuanceEvents } from './given.ts'
import { createIssuer, type Issuer } from './issuer.ts'

/** The keys by which we sign credentials; made when there is something to issue. */
export async function openIssuerKeys(
  keys: Keys,
  { definitions, statusValidity }: Config['issuer'],
): Promise<Keyring | undefined> {
  if (definitions.length === 0) return undefined
  const lifetime = Math.max(statusValidity, ...definitions.map(({ validity }) => validity))
  return keys.ring('credentials', { lifetime })
}

/** How our DID document names them. */
export const issuerKeys = async (ring: Keyring | undefined): Promise<readonly OwnKeys[]> =>
  ring ? [{ keys: await ring.publicKeys(), uses: ['assertionMethod'] }] : []

/** Opens the issuer of a participant. */
export function openIssuer(given: {
  config: Config
  db: Database
  jobs: Jobs
  keys: Keys
  ring: Keyring
  dcp: Dcp
  request: Client['request']
  now: () => Date
  events: IssuanceEvents
  append?: Append | undefined
  /** The URL of the issuer service; asked when something is sent, since a free port is known late. */
  baseUrl: () => string
}): Issuer {
  const { config, keys, ring, dcp, request } = given
  const did = config.participant.id
  return createIssuer({
    ...given,
    ...config.issuer,
    did,
    giveUpAfter: config.delivery.giveUpAfter,
    safe: keys.safe,
    sign({ header, payload }) {
      const signer = ring.current()
      return signCompact(signer, { ...header, kid: keyUrl(did, signer.kid) }, payload)
    },
    peers: { idToken: dcp.sts.idToken, findService: dcp.dids.findService, request },
  })
}
