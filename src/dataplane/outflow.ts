import type { OutgoingMessage } from 'node:http'
import { Writable } from 'node:stream'
import { badGateway } from '../errors.ts'
import type { Access } from './access.ts'
import { notPermitted } from './admission.ts'
import { sweepAfter } from './sweep.ts'

/**
 * The way of a body out of the house: to the consumer as an answer, or to a push's destination as a request. It counts what the
 * connection has taken (nothing that still waits in our memory), waits for a slow reader, and breaks off when the body
 * is not as long as was announced.
 */
export class Outflow extends Writable {
  readonly #to: OutgoingMessage
  readonly #access: Access
  #left: number

  /** `length` is the one announced, in bytes, if one was. */
  constructor(to: OutgoingMessage, access: Access, length: number | undefined) {
    super({ highWaterMark: access.buffer, decodeStrings: true })
    this.#to = to
    this.#access = access
    this.#left = length ?? Number.NaN
    access.onCut(reason => this.destroy(reason))
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#left -= chunk.length
    if (this.#left < 0) done(badGateway('The source of the data sent more than it had announced.'))
    else if (this.#access.take === undefined) this.#put(chunk, done)
    else
      this.#access
        .take(chunk.length)
        .then(may => (may === true ? this.#put(chunk, done) : done(notPermitted(may))), done)
  }

  #put(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.#to.write(chunk, error => {
      if (!error) this.#access.moved(chunk.length)
      sweepAfter(chunk.length)
      done(error)
    })
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#left > 0) done(badGateway('The source of the data sent less than it had announced.'))
    else this.#to.end(() => done())
  }
}
