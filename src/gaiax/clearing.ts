import { createDids, openCheckStatus, readStatusEntries } from '../identity/index.ts'
import { readCertificateFile } from './certificates.ts'
import { createCompliance } from './compliance.ts'
import { createAnnounce } from './credential-events.ts'
import type { GaiaXGiven } from './gaia-x.ts'
import { createIsRevoked, createVerifyIssued, type IssuedRules } from './issued.ts'
import { createLabelling, type Labelling, type LabellingGiven } from './labelling.ts'
import { createNotary } from './notary.ts'
import { createFindChain } from './peers/chains.ts'
import type { Judges } from './peers/verify.ts'
import { createRegistry, type Trusted } from './registry.ts'
import { connectServices } from './services.ts'
import type { Signing } from './sign.ts'
import { shortType } from './vocabulary.ts'

/** What the services of a clearing house do for us. */
export interface Clearing extends Labelling {
  close(): void
}

/** Joins us with the notary, the registry, the compliance and the event service that the settings name. */
export function openClearing(
  given: Pick<GaiaXGiven, 'config' | 'db' | 'jobs' | 'now' | 'events'> &
    Pick<LabellingGiven, 'endpoints' | 'changed'> &
    Pick<Judges, 'demandUnrevoked'> & { signing: Signing },
): Clearing {
  const { config, signing, demandUnrevoked, now } = given
  const settings = config.gaiaX
  const did = config.participant.id
  const services = connectServices(settings, { allow: config.network.allow, now })
  const registry = createRegistry({ services, now })
  const { plainHttp, relationships, didTime, didOutage } = config.identity.dcp
  const dids = createDids({
    request: services.fetch,
    plainHttp: [...plainHttp, ...services.plainHttp],
    relationships,
    keepFor: didTime,
    staleFor: didOutage,
    now,
  })

  async function isTrusted(issuer: string, by: Trusted, types: readonly string[]): Promise<boolean> {
    const named = settings.trustedIssuers.filter(({ id }) => id === issuer)
    if (named.some(each => each.types.length === 0 || each.types.some(type => types.includes(shortType(type)))))
      return true
    return (await registry.trustedIssuers(by)).includes(issuer)
  }

  const check = openCheckStatus({ settings: config.identity.dcp, request: services.fetch, dids, now })
  const rules: IssuedRules = {
    dids,
    request: services.fetch,
    findChain: createFindChain({ request: services.fetch, now }),
    isTrusted,
    checkStatus: async (issuer, entries) => check(issuer, readStatusEntries(entries)),
    olderTypes: settings.olderTypes,
    anchors:
      settings.trustAnchors === undefined
        ? undefined
        : readCertificateFile(settings.trustAnchors, 'gaiaX.trustAnchors'),
    ...(settings.registry !== undefined && { demandKnown: registry.checkChain }),
    demandEv: settings.evPolicy === 'demand',
    demandUnrevoked,
    now,
  }
  const verify = createVerifyIssued(rules)

  const labelling = createLabelling({
    ...given,
    did,
    settings,
    attest: createNotary({ services, verify }),
    apply: createCompliance({ did, services, signing, verify, now }),
    isRevoked: createIsRevoked(rules),
    announce: createAnnounce({ did, services }),
  })
  return { ...labelling, close: services.close }
}
