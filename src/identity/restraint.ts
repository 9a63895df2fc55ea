import { createTurnstile } from '../dsp/index.ts'
import { unavailable } from '../errors.ts'
import type { Client } from '../http/index.ts'

/**
 * How many requests are on their way at once: to one host, so that nobody makes us flood it, and to all, so that what strangers' hosts
 * take their time over fills neither memory nor sockets. Eight times as many wait.
 */
const atOnce = { host: 16, all: 256 }

/**
 * The client, for what anybody can have us ask for: a token names a DID, and that names a host. Throws `unavailable` when too many
 * requests wait already; who waited has the whole time for its answer.
 */
export function restrain(request: Client['request'], { host, all } = atOnce): Client['request'] {
  const [lanes, exit] = [createTurnstile(host), createTurnstile(all)]

  const throughExit: Client['request'] = order => inTurn(exit.enter('all'), () => request(order))
  return order => inTurn(lanes.enter(hostOf(order.url)), () => throughExit(order))
}

async function inTurn<T>(turn: Promise<() => void>, work: () => Promise<T>): Promise<T> {
  const leave = await turn.catch(cause => {
    throw unavailable('Too many of our own requests are on their way there already.', { cause })
  })
  try {
    return await work()
  } finally {
    leave()
  }
}

/** What is no URL is for the client to refuse. */
const hostOf = (url: string | URL): string => (URL.canParse(String(url)) ? new URL(url).host : '')
