/** So long what is on its way already may take to arrive, ms; nobody notices if a state is told so much later. */
const MOMENT = 25

/** A message of ours that is on the wire. */
export interface Wire<P> {
  /** The process as a later turn has left it; undefined if there was none. One that is `expected` is waited for, for a moment. */
  followed(expected: boolean): Promise<P | undefined>
  /** The counterparty has acknowledged it; that is not written yet. */
  answered(by: Answered): void
  /** The message is on the wire no more. */
  end(): void
}

/** What the counterparty has answered to it: that it has taken the step of that id, in the process that it calls so. */
export interface Answered {
  readonly step: string
  readonly peerPid: string
}

interface Open<P> {
  readonly process: P
  answered: Answered | undefined
  later: P | undefined
  tell: (() => void) | undefined
}

/**
 * Processes whose message is on the wire, as they were when it was sent. What the counterparty says next need not read them from the database,
 * and tells that the message has arrived: so its acknowledgement need not be written by itself.
 */
export function createWires<P extends { readonly id: string }>() {
  const open = new Map<string, Open<P>>()

  return {
    open(process: P): Wire<P> {
      const { id } = process
      const wire: Open<P> = { process, answered: undefined, later: undefined, tell: undefined }
      open.set(id, wire)
      return {
        async followed(expected) {
          if (wire.later || !expected) return wire.later
          await new Promise<void>(resolve => {
            const timer = setTimeout(resolve, MOMENT)
            wire.tell = () => {
              clearTimeout(timer)
              resolve()
            }
          })
          return wire.later
        },
        answered(by) {
          wire.answered = by
        },
        end() {
          if (open.get(id) === wire) open.delete(id)
        },
      }
    },

    /** A process as it stands, as far as this replica knows, if a message of it is on the wire. */
    find(id: string): P | undefined {
      const wire = open.get(id)
      return wire && (wire.later ?? wire.process)
    },

    /** What the counterparty has acknowledged of a process, if that may not be written yet. */
    answered: (id: string): Answered | undefined => open.get(id)?.answered,

    /** A turn of a process was written here. */
    written(process: P): void {
      const wire = open.get(process.id)
      if (!wire) return
      wire.later = process
      wire.tell?.()
    },
  }
}
