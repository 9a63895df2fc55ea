import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Address, connectionOptions } from './connection.ts'
import { failure, refuse } from './failure.ts'
import { type Log, messageOf } from './log.ts'

type Heard = (payload: string) => void

/** One connection for all channels that are listened to; made for the first, then kept alive until `close`. */
export class Listener {
  readonly #address: Address
  readonly #log: Log
  readonly #channels = new Map<string, Set<Heard>>()
  readonly #closing = new AbortController()
  #connection: Promise<pg.Client> | undefined

  constructor(address: Address, log: Log) {
    this.#address = address
    this.#log = log
  }

  /** Calls `heard` with each payload, and once with an empty one after a reconnect, when some may have been missed. */
  async listen(channel: string, heard: Heard): Promise<() => Promise<void>> {
    const hearers = this.#channels.get(channel) ?? new Set()
    this.#channels.set(channel, hearers.add(heard))
    try {
      await subscribe(await this.#connected(), channel)
    } catch (error) {
      hearers.delete(heard)
      return refuse(error)
    }
    return async () => {
      hearers.delete(heard)
    }
  }

  /** Ends the connection; nothing is heard any more. */
  async close(): Promise<void> {
    this.#closing.abort()
    const client = await this.#connection?.catch(() => undefined)
    await client?.end()
  }

  async #connected(): Promise<pg.Client> {
    this.#connection ??= this.#connect()
    try {
      return await this.#connection
    } catch (error) {
      this.#connection = undefined
      throw error
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(connectionOptions(this.#address))
    client.on('error', () => {})
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''))
    try {
      await client.connect()
      for (const channel of this.#channels.keys()) await subscribe(client, channel)
    } catch (error) {
      await client.end()
      throw error
    }
    client.once('end', () => this.#reconnect())
    return client
  }

  #reconnect(): void {
    if (this.#closing.signal.aborted) return
    this.#log('database.listener.lost')
    this.#connection = this.#connectAgain()
    const tellAll = () => [...this.#channels.keys()].map(channel => this.#tell(channel, ''))
    this.#connection.then(tellAll, () => {})
  }

  /** Tries with longer and longer pauses up to 5 s, until it succeeds or everything ends. */
  async #connectAgain(): Promise<pg.Client> {
    for (let pause = 20; ; pause = Math.min(pause * 2, 5_000)) {
      await sleep(pause, undefined, { signal: this.#closing.signal })
      try {
        return await this.#connect()
      } catch (error) {
        this.#log('database.listener.failed', { reason: messageOf(failure(error)) })
      }
    }
  }

  #tell(channel: string, payload: string): void {
    for (const heard of this.#channels.get(channel) ?? []) heard(payload)
  }
}

const subscribe = (client: pg.Client, channel: string) => client.query(`listen ${pg.escapeIdentifier(channel)}`)
