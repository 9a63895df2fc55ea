import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { readObject } from './json.ts'
import { malformed, Refusal } from './refusal.ts'
import type { Call, Reply, Route } from './routes.ts'

/** The largest body that is read, bytes. */
const MOST_BYTES = 1_048_576
/** How long a request may take to arrive, ms. */
const PATIENCE = 10_000

/** Listens, and answers by the table of routes, once there is one. */
export async function listen(given: { host: string; port: number; routes: () => readonly Route[] }): Promise<Server> {
  const server = createServer({ requestTimeout: PATIENCE, headersTimeout: PATIENCE }, (request, response) => {
    answer(request, given.routes())
      .catch(toReply)
      .then(reply => send(response, reply))
      .catch(() => response.destroy())
  })
  server.listen(given.port, given.host)
  await once(server, 'listening')
  return server
}

async function answer(request: IncomingMessage, routes: readonly Route[]): Promise<Reply> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://house')
  const there = routes.filter(([, path]) => path.test(pathname))
  if (there.length === 0) throw new Refusal(404, [{ rule: 'path', where: pathname, message: 'there is nothing here' }])
  const route = there.find(([method]) => method === request.method)
  if (!route) throw new Refusal(405, [{ rule: 'method', where: pathname, message: `use ${there[0]?.[0]}` }])
  const [, path, handle] = route
  const parts = (path.exec(pathname) ?? []).slice(1).map(part => decoded(part))
  const text = () => readText(request)
  const json = async () => {
    const object = readObject(await text())
    if (!object) throw malformed('JSON', 'body', 'a JSON object is expected')
    return object
  }
  return handle({ request, parts, query: searchParams, text, json } satisfies Call)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw malformed('path', part, 'it is not well encoded')
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MOST_BYTES)
      throw new Refusal(413, [{ rule: 'body', where: 'body', message: `it may have ${MOST_BYTES} bytes` }])
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function toReply(error: unknown): Reply {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal(500, [{ rule: 'house', where: 'here', message: 'something unexpected happened' }])
  return { status: refusal.status, body: refusal.body }
}

function send(response: ServerResponse, { status = 200, type = 'application/json', body }: Reply): void {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'access-control-allow-origin': '*',
    // What is left of a body that was not wanted is not waited for.
    ...(status === 413 && { connection: 'close' }),
  })
  response.end(text)
}
