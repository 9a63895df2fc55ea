import { createServer } from 'node:http'
import Router from '@koa/router'
import fc from 'fast-check'
import Koa from 'koa'
import t from 'tap'
import { routesOf } from '../../src/http/index.ts'
import { listening } from '../support/listening.ts'

/** As the planes have them: many below a few beginnings, and some whose beginning is open. */
const gets = [
  ...['/m/v3/assets', '/m/v3/assets/:id', '/m/v3/assets/:id/x', '/m/v3/edrs/:id', '/m/v4/assets/:id', '/m'],
  ...['/did.json', '/:who/did.json', '/m/:version/about', '/.well-known/a/b/c/d'],
]
const posts = ['/m/v3/assets', '/m/v3/assets/request', '/:who/v3/assets']

function someRouter(): Router {
  const router = new Router()
  const answer = (name: string) => (ctx: Koa.Context) => {
    ctx.body = { name, ...ctx.params }
  }
  for (const path of gets) router.get(path, answer(path))
  for (const path of posts) router.post(path, answer(path))
  router.all('/m/all', answer('/m/all'))
  router.use('/m/v4', (ctx, next) => {
    ctx.set('x-step', 'taken')
    return next()
  })
  return router
}

const segment = fc.constantFrom('m', 'v3', 'v4', 'assets', 'request', 'about', 'did.json', '', '1', 'a%2Fb')
const near = fc
  .tuple(fc.constantFrom(...gets, ...posts, '/m/all'), segment, fc.constantFrom('', '/', '//', '/x'), fc.boolean())
  .map(([route, value, end, loud]) => {
    const path = route.replaceAll(/:\w+/g, value) + end
    return loud ? path.toUpperCase() : path
  })
const far = fc.array(segment, { maxLength: 6 }).map(segments => `/${segments.join('/')}`)
const path = fc.oneof(near, far)

t.test('every path is answered as by the router that asks all of its routes', async t => {
  const serve = (middleware: Koa.Middleware) => listening(t, createServer(new Koa().use(middleware).callback()))
  const [whole, parted] = [await serve(someRouter().routes() as Koa.Middleware), await serve(routesOf(someRouter()))]
  const ask = async (origin: string, method: string, path: string) => {
    const answer = await fetch(origin + path, { method })
    return { status: answer.status, step: answer.headers.get('x-step'), body: await answer.text() }
  }
  let found = 0
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE'), path, async (method, path) => {
      const expected = await ask(whole, method, path)
      if (expected.status === 200) found++
      t.same(await ask(parted, method, path), expected, `${method} ${path}`)
    }),
    { numRuns: 400 },
  )
  t.ok(found > 20, 'and many of them are found')
})
