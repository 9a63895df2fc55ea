import { lookup } from 'node:dns/promises'

/** One address of a host. */
export interface Address {
  readonly address: string
  /** 4 or 6. */
  readonly family: number
}

/** Finds all addresses of a host name; rejects with a `code` such as `ENOTFOUND`. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>

/** Asks the operating system, so that the hosts file counts. */
export const systemResolve: Resolve = hostname => lookup(hostname, { all: true })

/**
 * Asks one question per name at a time, and gives its answer to all who wait for it. Node has few threads for the
 * operating system's resolver: many connections to one peer whose name server is silent would take them all.
 */
export function askOnce(resolve: Resolve): Resolve {
  const asked = new Map<string, Promise<readonly Address[]>>()
  return hostname => {
    const waiting = asked.get(hostname)
    if (waiting !== undefined) return waiting
    const answer = resolve(hostname).finally(() => asked.delete(hostname))
    asked.set(hostname, answer)
    return answer
  }
}
