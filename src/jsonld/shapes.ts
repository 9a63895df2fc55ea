import { Worker } from 'node:worker_threads'
import { inPackage } from '../package-files.ts'
import { type Quad, toNQuads } from './quads.ts'

/** One place of a graph that breaks a rule of a shape. */
export interface Violation {
  /** The node: an IRI, or the name of a blank node. */
  readonly focus: string
  /** The property's IRI; absent where the node itself is wrong. */
  readonly path?: string | undefined
  /** The constraint component of SHACL: `MinCount`, `Class`, `Closed`, … */
  readonly rule: string
  readonly value?: string | undefined
}

/** To the thread that validates. */
export interface Question {
  readonly id: number
  /** N-Quads. */
  readonly graph: string
}

/** From it. */
export type Answer = { readonly id: number } & (
  | { readonly violations: readonly Violation[] }
  | { readonly error: string }
)

/** Shapes (SHACL Core) that graphs are held against. */
export interface Shapes {
  validate(graph: readonly Quad[]): Promise<readonly Violation[]>
  close(): Promise<void>
}

/** A thread that nobody has asked anything for so long is let go, with its memory; ms. */
const IDLE = 60_000

/** What is new is thrown away soon: with Node's usual share for that, the thread would take half as much again. MB. */
const resourceLimits = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 1_024 }

/** It lies in src, also for the compiled program: a thread cannot begin with TypeScript. */
const file = inPackage('src/jsonld/shapes-worker.mjs')

/** Threads by the shapes that they know, and how many use each: to begin one takes half a second and 30 MB. */
const threads = new Map<string, { readonly shapes: Shapes; users: number }>()

/**
 * Validates in a thread beside, which begins with the first graph and ends when there has been none for a while. `texts` gives the
 * shapes, in Turtle, with the class tree that they need. All in this process who ask for the same shapes share a thread: in a lab there are many.
 */
export function createShapes(texts: () => readonly string[]): Shapes {
  let key: string | undefined

  function acquire(): Shapes {
    const given = texts()
    key = JSON.stringify(given)
    const thread = threads.get(key) ?? { shapes: openThread(given), users: 0 }
    thread.users++
    threads.set(key, thread)
    return thread.shapes
  }

  let held: Shapes | undefined
  return {
    validate(graph) {
      held ??= acquire()
      return held.validate(graph)
    },
    async close() {
      const thread = held && threads.get(key ?? '')
      held = undefined
      if (thread === undefined || --thread.users > 0) return
      threads.delete(key ?? '')
      await thread.shapes.close()
    },
  }
}

/** The thread for some shapes; whoever asks after its end begins it again. */
function openThread(texts: readonly string[]): Shapes {
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()
  let worker: Worker | undefined
  let timer: NodeJS.Timeout | undefined
  let count = 0

  function begin(): Worker {
    const begun = new Worker(file, { workerData: texts, resourceLimits })
    begun.unref()
    begun.on('message', (answer: Answer) => {
      waiting.get(answer.id)?.resolve(answer)
      waiting.delete(answer.id)
      rest()
    })
    begun.on('error', fail)
    return begun
  }

  function fail(error: Error): void {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    worker = undefined
  }

  function rest(): void {
    clearTimeout(timer)
    if (waiting.size > 0) return
    worker?.unref()
    timer = setTimeout(() => void close(), IDLE)
    timer.unref()
  }

  async function close(): Promise<void> {
    clearTimeout(timer)
    const ended = worker
    worker = undefined
    fail(new Error('the shapes are closed'))
    await ended?.terminate()
  }

  return {
    async validate(graph) {
      clearTimeout(timer)
      worker ??= begin()
      worker.ref()
      const id = ++count
      const answered = new Promise<Answer>((resolve, reject) => waiting.set(id, { resolve, reject }))
      worker.postMessage({ id, graph: toNQuads(graph) } satisfies Question)
      const answer = await answered
      if ('error' in answer) throw new Error(`the graph could not be held against its shapes: ${answer.error}`)
      return answer.violations
    },
    close,
  }
}
