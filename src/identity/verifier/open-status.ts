import type { Config } from '../../config/types.ts'
import type { Client } from '../../http/index.ts'
import type { Dids } from '../dids/index.ts'
import { type CheckStatus, createCheckStatus } from './status.ts'
import { createFetchStatusList } from './status-list.ts'
import { createTrust } from './trust.ts'

/** A check of statuses as the settings want it. */
export function openCheckStatus(given: {
  settings: Pick<Config['identity']['dcp'], 'trustedIssuers' | 'statusLists' | 'statusTime' | 'statusOutage'>
  request: Client['request']
  dids: Pick<Dids, 'findKey'>
  now: () => Date
}): CheckStatus {
  const { settings, request, dids, now } = given
  const { trustedIssuers, statusLists, statusTime, statusOutage } = settings
  const fetchList = createFetchStatusList({ request, dids, rule: statusLists, now })
  const trust = createTrust(trustedIssuers)
  return createCheckStatus({ fetchList, trust, keepFor: statusTime, staleFor: statusOutage, now })
}
