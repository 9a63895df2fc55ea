import { type AgentOptions, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Guard } from './guard.ts'

/** Pools of connections, a pool per host, for plain HTTP and for HTTPS. */
export interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
  /** Ends all connections, used or not. */
  destroy(): void
}

/**
 * Keep-alive agents that connect only where the guard lets them. Ask `guard.check(url)` before each request: agents
 * resolve names, but never see a host that is an address already.
 *
 * A host has at most `maxSockets` connections (default 32), so that a peer that never answers holds up only itself.
 */
export function createAgents(guard: Guard, options: { maxSockets?: number } = {}): Agents {
  const { maxSockets = 32 } = options
  const common: AgentOptions = { keepAlive: true, scheduling: 'lifo', maxSockets, timeout: idleTime }
  const http = new HttpAgent({ ...common, lookup: guard.lookup.http })
  const https = new HttpsAgent({ ...common, lookup: guard.lookup.https })
  return {
    http,
    https,
    destroy: () => {
      http.destroy()
      https.destroy()
    },
  }
}

/** How long an unused connection is kept, ms. Servers made with Node end theirs after 5 s: we want to be first, or a request meets a closing door. */
const idleTime = 4_000
