import type { Access } from './access.ts'
import type { AccessClaims } from './access-token.ts'
import { gone, isBehind, refusalOf } from './admission.ts'
import type { Flows, LiveFlow } from './flows.ts'
import { Memory } from './memory.ts'

/** Finds the flow of a token that runs. Throws the reason why not: 401, or 403. */
export type Admit = (claims: AccessClaims, access: Access) => Promise<LiveFlow>

/** `markUsed` is told the `jti` of each token once, when it is first let in. */
export function createAdmit(given: { flows: Flows; markUsed: (accessJti: string) => Promise<void> }): Admit {
  const { flows, markUsed } = given
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
    if (used.get(jti) === undefined) {
      await markUsed(jti)
      used.set(jti, true)
    }
    access.demandOpen()
    return flow
  }
}
