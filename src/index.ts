/** Kontor as a library: `createConnector` and the types that go with it, and the policy engine by itself. */
export { type Config, loadConfig } from './config/index.ts'
export { type Connector, createConnector } from './connector.ts'
export type { Deciders } from './deciders.ts'
export { KontorError } from './errors.ts'
export {
  credentialTypesOf,
  evaluate,
  explain,
  type LanguageTag,
  type Policy,
  type PolicyRequest,
  type PolicyState,
  policyHash,
  type Report,
  validatePolicy,
} from './policy/index.ts'
export type { Urls } from './urls.ts'
