import { conflict, notFound } from '../../errors.ts'
import { appendFacts } from '../../events/index.ts'
import { type StatusPurpose, writeStatusList } from '../credentials/status-list.ts'
import { issuanceFact } from './facts.ts'
import type { Issuing } from './given.ts'
import { changeCredential, lockCredential } from './store-credentials.ts'
import { findList, setStatus, versionOf } from './store-lists.ts'
import type { IssuedCredential } from './types.ts'

/** What may be done to a credential: from which states, to which, and what is published. */
// biome-ignore format: a table is read by its columns
const changes = {
  //             from                                     to            list                       bit
  revoke:      { from: ['ACTIVE', 'SUSPENDED'], to: 'REVOKED',   purpose: 'revocation', on: true,  what: 'revoked'    },
  suspend:     { from: ['ACTIVE'],              to: 'SUSPENDED', purpose: 'suspension', on: true,  what: 'suspended'  },
  reinstate:   { from: ['SUSPENDED'],           to: 'ACTIVE',    purpose: 'suspension', on: false, what: 'reinstated' },
} as const satisfies Readonly<Record<string, {
  readonly from: readonly IssuedCredential['state'][]
  readonly to: IssuedCredential['state']
  readonly purpose: StatusPurpose
  readonly on: boolean
  readonly what: string
}>>

/** What may be done to an issued credential. A revocation is for ever. */
export type Change = keyof typeof changes

/** A status list as it is served. */
export interface Published {
  /** A compact JWS. */
  readonly jwt: string
  readonly type: string
  /** How long it may be kept, s. */
  readonly maxAge: number
}

/** Publishes status lists as credentials; each is signed anew when it has changed, and at half its life. */
export function createPublishList({
  db,
  now,
  did,
  statusValidity,
  baseUrl,
  sign,
}: Pick<Issuing, 'db' | 'now' | 'did' | 'statusValidity' | 'baseUrl' | 'sign'>): (id: string) => Promise<Published> {
  const signed = new Map<string, { version: number; jwt: string; renew: number; type: string }>()

  async function publish(id: string): Promise<Published> {
    const version = await versionOf(db, id)
    if (version === undefined) throw notFound('status list', id)
    const known = signed.get(id)
    const time = now().getTime()
    const current = known && known.version === version && known.renew > time ? known : await signList(id, time)
    return { jwt: current.jwt, type: current.type, maxAge: Math.floor((current.renew - time) / 1_000) }
  }

  /** Made anew at half its life, so that whoever asks gets one that lasts a while. */
  async function signList(id: string, time: number) {
    const list = await findList(db, id)
    if (!list) throw notFound('status list', id)
    const { purpose, bits, version } = list
    const [from, until] = [new Date(time), new Date(time + Math.max(statusValidity, 1_000))]
    const unsigned = writeStatusList[list.profile]({
      url: `${baseUrl()}/status/${id}`,
      issuer: did,
      purpose,
      bits,
      from,
      until,
    })
    const type = list.profile === 'vc20-bssl/jwt' ? 'application/vc+jwt' : 'application/jwt'
    const made = { version, jwt: await sign(unsigned), renew: time + statusValidity / 2, type }
    signed.set(id, made)
    return made
  }

  return publish
}

/** Changes the status of credentials, and publishes it. */
export function createStatuses(given: Issuing) {
  const { db, now, events, append = appendFacts } = given
  return {
    publish: createPublishList(given),

    /** Revokes, suspends or reinstates a credential; from then on the list that is published says so. */
    async change(change: Change, id: string, reason: string): Promise<void> {
      const { from, to, purpose, on, what } = changes[change]
      await db.transaction(async tx => {
        const credential = await lockCredential(tx, id)
        if (!credential) throw notFound('issued credential', id)
        if (credential.state === to) return
        if (!from.some(state => state === credential.state))
          throw conflict(`A credential that is ${credential.state} cannot be ${what}.`)
        const entry = credential.status.find(each => each.purpose === purpose)
        if (!entry)
          throw conflict(
            `Credentials of the definition ${credential.definition} cannot be ${what}: its status lacks ${purpose}.`,
          )
        await setStatus(tx, entry.list, entry.index, on)
        await changeCredential(tx, { id, state: to, reason: change === 'reinstate' ? null : reason }, now())
        const { holder, requestId: request } = credential
        const fact = issuanceFact(what, { id: request, holder }, { by: 'operator', credential: id, reason })
        await append(tx, [fact], now())
        tx.afterCommit(() => events.issuance({ what, request, holder, by: 'operator', credential: id, reason }))
      })
    },
  }
}
