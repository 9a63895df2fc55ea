import type { KontorError } from '../errors.ts'

/** One stream of data of a flow, while it runs: it can be cut, and knows how far it has come. */
export class Access {
  readonly flowId: string
  /** The flow's when the stream began. */
  readonly generation: number
  readonly buffer: number
  /** Bytes of the body that the other side's connection has taken. */
  bytes = 0
  /** When it last moved, as `performance.now()` tells. */
  movedAt = performance.now()
  /** Why it was cut, if it was. */
  cutBy: KontorError | undefined
  /** Asks for so many more bytes before they leave, where they are counted. */
  take: ((bytes: number) => Promise<true | string>) | undefined
  #closers: ((reason: KontorError) => void)[] = []
  #metered = 0

  /** `buffer`: how much of it may wait in our memory at one place of its way, bytes. */
  constructor(flowId: string, generation: number, buffer: number) {
    this.flowId = flowId
    this.generation = generation
    this.buffer = buffer
  }

  /** Says what must be closed when the stream is cut; at once if it was cut already. */
  onCut(close: (reason: KontorError) => void): void {
    if (this.cutBy === undefined) this.#closers.push(close)
    else close(this.cutBy)
  }

  /** Ends the stream now, wherever it stands. Only the first reason counts. */
  cut(reason: KontorError): void {
    if (this.cutBy !== undefined) return
    this.cutBy = reason
    for (const close of this.#closers.splice(0)) close(reason)
  }

  /** Throws the reason if the stream was cut. */
  demandOpen(): void {
    if (this.cutBy !== undefined) throw this.cutBy
  }

  /** Notes that so many bytes have been taken; none, when something has moved that is not counted. */
  moved(bytes: number): void {
    this.bytes += bytes
    this.movedAt = performance.now()
  }

  /** Bytes that moved since this was last asked. */
  takeBytes(): number {
    const fresh = this.bytes - this.#metered
    this.#metered = this.bytes
    return fresh
  }

  /** It is over: nothing is left to be cut. */
  end(): void {
    this.#closers = []
  }
}
