import { KontorError } from '../../errors.ts'
import type { Client } from '../../http/index.ts'
import { type Dids, Rejection } from '../../identity/index.ts'
import { isJsonObject } from '../../jsonld/index.ts'
import { readable } from '../services.ts'
import type { Delivery } from './store.ts'

/** Under which type a DID document tells where signatures under agreements are taken. */
export const SERVICE = 'DataUsageAgreementService'

/** Brings a signature to the other side. Throws for what may mend itself. */
export type Deliver = (peer: string, agreement: string, credential: string) => Promise<Omit<Delivery, 'at'>>

/** Answers that say that there is no such service. */
const absent = [404, 405, 410, 501]
/** Answers of somebody who does not know us, or the agreement, yet, or has too much to do. */
const later = [401, 408, 409, 425, 429]

/** An answer is a sentence; bytes. */
const largest = 16_384

/** Makes it. The address is the one that the other side's DID document names. */
export const createDeliver =
  (given: {
    /** Undefined where participants know each other by tokens alone. */
    dids: () => Pick<Dids, 'findService'> | undefined
    request: Client['request']
    authorize: (peer: string) => Promise<string>
  }): Deliver =>
  async (peer, agreement, credential) => {
    const dids = given.dids()
    if (dids === undefined)
      return { state: 'not-offered', reason: 'We know each other by tokens, not by DID documents.' }
    const url = await placeOf(dids, peer)
    if (url === undefined) return { state: 'not-offered', reason: `The DID document of ${peer} has no ${SERVICE}.` }
    const { status, body } = await given.request({
      method: 'POST',
      url,
      headers: { authorization: await given.authorize(peer), 'content-type': 'application/json' },
      body: { agreement, credential },
      maxResponse: largest,
    })
    const reason = `${url} answered ${status}${detailOf(body)}`
    if (status >= 200 && status < 300) return { state: 'delivered', reason: null }
    if (absent.includes(status)) return { state: 'not-offered', reason }
    if (status >= 400 && status < 500 && !later.includes(status)) return { state: 'refused', reason }
    throw new KontorError('bad-gateway', 502, reason)
  }

async function placeOf(dids: Pick<Dids, 'findService'>, peer: string): Promise<string | undefined> {
  try {
    return await dids.findService(peer, SERVICE)
  } catch (error) {
    if (error instanceof Rejection && error.code === 'service-missing') return undefined
    throw error
  }
}

function detailOf(body: unknown): string {
  const { detail } = isJsonObject(body) ? body : { detail: undefined }
  return typeof detail === 'string' ? `: ${readable(detail)}` : '.'
}
