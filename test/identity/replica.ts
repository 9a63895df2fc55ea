import Router from '@koa/router'
import type { Test } from 'tap'
import type { Database } from '../../src/db/index.ts'
import { createServer, problem, renderErrors } from '../../src/http/index.ts'
import { createJobs, joinReplicas } from '../../src/process/index.ts'

/** A replica of a connector, as far as services of identity need one: several may be on one database. */
export async function joinAs(t: Test, { db, now }: { db: Database; now: () => Date }) {
  const replica = await joinReplicas(db)
  const jobs = createJobs({ db, replica, now, backoff: () => 5, events: { jobFailed: () => {} } })

  /** Listens, says where, and takes up its jobs. An error that nobody threw on purpose fails the test. */
  async function serve(path: string, routes: Router, listening: (base: string) => void = () => {}) {
    const server = createServer({
      name: 'protocol',
      listener: { host: '127.0.0.1', port: 0 },
      unexpected: error => t.error(error),
    })
    server.use(renderErrors(problem, error => t.fail(error instanceof Error ? `${error.stack}` : String(error))))
    server.use(new Router().use(path, routes.routes()).routes())
    const base = `http://127.0.0.1:${(await server.start()).port}${path}`
    listening(base)
    jobs.start()
    let running = true
    /** Ends it as a crash would: what it has in hand stays as it is. */
    const kill = async () => {
      if (!running) return
      running = false
      await server.stop(0)
      await replica.leave()
    }
    t.teardown(kill)
    return { base, kill }
  }

  return { jobs, serve }
}
