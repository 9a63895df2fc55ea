import type { Access } from './access.ts'
import type { AccessClaims } from './access-token.ts'
import { gone, isBehind, notPermitted, refusalOf } from './admission.ts'
import type { Flows, LiveFlow } from './flows.ts'
import { Memory } from './memory.ts'
import type { MayAccess } from './types.ts'

/** Lets a stream begin, and gives its flow. Throws the reason why not: 401, or 403. */
export type Admit = (claims: AccessClaims, access: Access) => Promise<LiveFlow>

/** `markUsed` is told the `jti` of each token once, when it is first let in. */
export function createAdmit(given: {
  flows: Flows
  mayAccess: MayAccess
  markUsed: (accessJti: string) => Promise<void>
}): Admit {
  const { flows, mayAccess, markUsed } = given
  const used = new Memory<string, true>(10_000)

  return async ({ jti, flowId, generation }, access) => {
    let flow = await flows.find(flowId)
    if (flow !== undefined && isBehind(flow, generation)) {
      flows.forget(flowId)
      flow = await flows.find(flowId)
    }
    if (flow === undefined) throw gone()
    const refusal = refusalOf(flow, generation)
    if (refusal !== undefined) throw refusal
    const may = await mayAccess(flowId)
    if (may !== true) throw notPermitted(may)
    if (used.get(jti) === undefined) {
      await markUsed(jti)
      used.set(jti, true)
    }
    access.demandOpen()
    return flow
  }
}
