/** Kontor as a library: `createConnector` and the types that go with it. */
export { type Config, loadConfig } from './config/index.ts'
export { type Connector, createConnector } from './connector.ts'
export type { Deciders } from './deciders.ts'
export { KontorError } from './errors.ts'
export type { Urls } from './urls.ts'
