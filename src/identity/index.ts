/** Who is speaking. For now by static tokens; decentralised identity comes with its own files beside them. */
export { createTokens } from './tokens.ts'
