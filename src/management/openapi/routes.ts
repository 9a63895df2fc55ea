import Router from '@koa/router'
import { writeYaml } from '../../http/index.ts'
import { managementDocument, managementPage } from './index.ts'
import { pageRoutes } from './page/routes.ts'

/**
 * The description of this API. It is for everybody who reaches the listener: it says the same of every connector of this version, and
 * stands in the manual, too.
 */
export function openApiRoutes(): Router {
  const router = new Router()
  const document = once(managementDocument)
  const json = once(() => JSON.stringify(document()))
  const yaml = once(() => writeYaml(document()))

  router.get('/openapi.json', ctx => {
    ctx.type = 'application/json'
    ctx.body = json()
  })
  router.get('/openapi.yaml', ctx => {
    ctx.type = 'application/yaml'
    ctx.body = yaml()
  })
  router.use(pageRoutes(once(managementPage)).routes())
  return router
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
