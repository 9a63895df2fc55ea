import Router from '@koa/router'
import type { Receive } from '../dsp/index.ts'
import { notFound } from '../errors.ts'
import { answerStream, answerText } from './answer.ts'
import type { Catalog } from './catalog.ts'
import type { CatalogPage } from './page.ts'

/** Pages of more datasets than this are sent while they are made. */
const LONG = 1_000

/**
 * Where consumers ask for our catalogue (DSP 2025-1, Catalog HTTPS Binding). `receive` has verified the sender and the
 * message before a handler sees either, and renders errors as `CatalogError`.
 */
export function catalogRoutes({ receive, asked }: Pick<Receive, 'receive' | 'asked'>, catalog: Catalog): Router {
  const router = new Router({ prefix: '/catalog' })

  const request = receive('CatalogRequestMessage', async (ctx, { sender, message: { filter } }) => {
    const continuationToken = [ctx.query.continuationToken].flat()[0]
    const page = await catalog.page(sender, { filter, continuationToken })
    ctx.set('Link', linksOf(page, `${catalog.endpointUrl()}/catalog/request`))
    if (page.size > LONG) answerStream(ctx, page.pieces)
    else await answerText(ctx, await join(page.pieces))
  })

  const dataset = asked(async (ctx, sender) => {
    const id: string = ctx.params.id
    const text = await catalog.dataset(sender, id)
    if (text === undefined) throw notFound('dataset', id)
    await answerText(ctx, text)
  })

  router.post('/request', request)
  router.get('/datasets/:id', dataset)
  return router
}

/** The pages beside one, a header line each (Catalog HTTPS Binding, Pagination). */
function linksOf({ next, previous }: CatalogPage, url: string): string[] {
  const link = (token: string | undefined, relation: string) =>
    token === undefined ? [] : [`<${url}?continuationToken=${token}>; rel="${relation}"`]
  return [...link(previous, 'previous'), ...link(next, 'next')]
}

async function join(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}
