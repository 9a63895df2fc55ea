import { call, type World } from './world.ts'

/** What makes the connector ask for a presentation, just as the kit says it: with expanded names. */
const message = {
  '@type': 'https://w3id.org/dspace/2025/1/CatalogRequestMessage',
  'https://w3id.org/dspace/2025/1/filter': {},
}

/** Asks the connector for its catalogue; the answer, and why it turned the one who asked down, if it did. */
export const requestCatalogue = (world: World, authorization: string | undefined): ReturnType<World['refusal']> =>
  world.refusal(() => call(`${world.protocol}/dsp/2025-1/catalog/request`, { authorization, body: message }))
