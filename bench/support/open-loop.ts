import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** One request, as it is sent. */
export interface Shot {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came of so many requests a second. */
export interface Volley {
  /** From the moment at which a request was due until its answer was through, ms. */
  readonly times: readonly number[]
  /** Answers that were not 200, and requests that had none. */
  readonly failures: number
  /** Sent as late as that, at most, ms: what the program that measures has to answer for itself. */
  readonly late: number
}

/**
 * Sends so many requests a second, whatever becomes of those before: like many clients who know nothing of each other. The time of each counts from when it
 * was due, so that a server that stands still for a second cannot hide it by not being asked meanwhile (coordinated omission).
 */
export async function openLoop(given: {
  origin: string
  perSecond: number
  seconds: number
  shot: (index: number) => Shot
}): Promise<Volley> {
  const { origin, perSecond, seconds, shot } = given
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 1_024 })
  const { hostname, port } = new URL(origin)
  const count = perSecond * seconds
  const times: number[] = []
  const answers: Promise<void>[] = []
  let [failures, late] = [0, 0]
  const begun = performance.now()

  const fire = (index: number, due: number): Promise<void> =>
    new Promise(resolve => {
      const { method, path, headers, body } = shot(index)
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      const outgoing = request({ agent, hostname, port, method, path, headers: { ...headers, ...length } }, answer => {
        if (answer.statusCode !== 200) failures++
        answer.resume()
        answer.on('close', () => {
          times.push(performance.now() - due)
          resolve()
        })
      })
      outgoing.on('error', () => {
        failures++
        resolve()
      })
      outgoing.end(body)
    })

  for (let index = 0; index < count; ) {
    const now = performance.now()
    for (; index < count; index++) {
      const due = begun + (index * 1_000) / perSecond
      if (due > now) break
      late = Math.max(late, now - due)
      answers.push(fire(index, due))
    }
    await sleep(1)
  }
  await Promise.all(answers)
  agent.destroy()
  return { times, failures, late }
}
