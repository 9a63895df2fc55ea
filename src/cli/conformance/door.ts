import type { Listener } from '../../config/types.ts'
import { KontorError } from '../../errors.ts'
import { createServer, problem, readJson, renderErrors } from '../../http/index.ts'

/** A JSON object as strangers send it. */
export type Json = Readonly<Record<string, unknown>>

/** Answers a POST of JSON: with an object, with nothing to say, or not at all where nothing is waited for (404). */
export type Answer = (path: string, body: Json) => Promise<Json | 'nothing' | undefined> | Json | 'nothing' | undefined

/** A door that is open while it is needed. */
export interface Door {
  close(): Promise<void>
}

/** Listens where the kit listens later, or where it sends its start signals. Throws `port-taken`, naming the URL. */
export async function openDoor(url: string, answer: Answer, unexpected: (error: unknown) => void): Promise<Door> {
  const server = createServer({ name: 'protocol', listener: listenerOf(url), unexpected })
  server.use(renderErrors(problem, unexpected))
  server.use(async ctx => {
    if (ctx.method !== 'POST') return
    const body = await readJson(ctx)
    const answered = await answer(ctx.path, typeof body === 'object' && body !== null ? (body as Json) : {})
    if (answered === 'nothing') ctx.status = 204
    else if (answered !== undefined) ctx.body = answered
  })
  await server.start().catch(error => {
    if (!(error instanceof KontorError && error.code === 'port-taken')) throw error
    throw new KontorError(
      'port-taken',
      500,
      `${url} cannot be listened on: its port is in use. Is the kit running already?`,
    )
  })
  return { close: () => server.stop(1_000) }
}

/** A URL that names this machine only is listened to by it only. */
function listenerOf(url: string): Listener {
  const { hostname, port } = new URL(url)
  const local = ['localhost', '127.0.0.1'].includes(hostname)
  return { host: local ? '127.0.0.1' : '0.0.0.0', port: Number(port || 80) }
}
