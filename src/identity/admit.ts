import type { Context } from '../http/index.ts'
import type { IdToken, VerifyIdToken } from './verifier/id-token.ts'

/** Finds out who asks something of a service of ours, and goes on when it is their turn. Throws a `Rejection`, or `too-many`. */
export type Admit = (ctx: Context) => Promise<IdToken>

/** Waits for a participant's turn; gives what ends it. Throws `too-many` if too many of its requests wait already. */
type Enter = (participantId: string) => Promise<() => void>

/** Nothing of a request is read before its sender's turn has come; the turn ends when the answer is through, or the sender is gone. */
export function createAdmit(verifyIdToken: VerifyIdToken, enter: Enter): Admit {
  return async ctx => {
    const token = await verifyIdToken(ctx.get('authorization') || undefined)
    const leave = await enter(token.issuer)
    if (ctx.res.closed) leave()
    else ctx.res.once('close', leave)
    return token
  }
}
