import { once } from 'node:events'
import { createServer as createNodeServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import type Router from '@koa/router'
import type { Test } from 'tap'
import { createServer, type Middleware, problem, renderErrors } from '../../src/http/index.ts'

/** What else a server can be given. */
export type Options = Partial<Omit<Parameters<typeof createServer>[0], 'listener'>>

/** A plane's server on a free port, with our error rendering and the given middleware; stopped when the test ends. */
export async function serve(t: Test, middleware: readonly Middleware[], options: Options = {}, router?: Router) {
  const unexpected: unknown[] = []
  const server = createServer({
    name: 'protocol',
    listener: { host: '127.0.0.1', port: 0 },
    unexpected: error => unexpected.push(error),
    ...options,
  })
  server.use(renderErrors(problem, error => unexpected.push(error)))
  for (const each of middleware) server.use(each)
  if (router !== undefined) server.use(router.routes())
  const { port } = await server.start()
  t.teardown(() => server.stop(0))
  return { server, port, url: `http://127.0.0.1:${port}`, unexpected }
}

/** Answers everything with this body. */
export const says =
  (body: unknown): Middleware =>
  ctx => {
    ctx.body = body
  }

/** A peer that answers as told. */
export const peer = (t: Test, answer: RequestListener) => listen(t, createNodeServer(answer))

/** A peer that is a bare line: nothing is said that the test does not say. */
export const barePeer = (t: Test, answer: (line: Socket) => void) =>
  listen(
    t,
    createTcpServer(line => {
      line.on('error', () => {})
      answer(line)
    }),
  )

async function listen(t: Test, server: Server) {
  const lines = new Set<Socket>()
  let count = 0
  server.on('connection', (line: Socket) => {
    count++
    lines.add(line)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const line of lines) line.destroy()
  })
  const { port } = server.address() as AddressInfo // a server on a port has no other kind of address
  return { port, url: `http://127.0.0.1:${port}`, connections: () => count }
}

/** A line on which the test says byte for byte what it likes. */
export async function dial(t: Test, port: number) {
  const line = connect(port, '127.0.0.1')
  let heard = ''
  line.setEncoding('latin1').on('data', (text: string) => {
    heard += text
  })
  line.on('error', () => {})
  const closed = new Promise(resolve => line.once('close', resolve))
  t.teardown(() => line.destroy())
  await once(line, 'connect')
  return {
    say: (text: string) => line.write(text, 'latin1'),
    hangUp: () => line.destroy(),
    /** Waits until the pattern has been heard. */
    hear: async (pattern: RegExp): Promise<string> => {
      while (!pattern.test(heard)) await Promise.race([once(line, 'data'), ended(closed, () => heard)])
      return heard
    },
    /** Waits until the other side has ended the line; gives all that was heard. */
    heardAll: async (): Promise<string> => {
      await closed
      return heard
    },
  }
}

async function ended(closed: Promise<unknown>, heard: () => string): Promise<never> {
  await closed
  throw new Error(`the line ended after ${JSON.stringify(heard())}`)
}
