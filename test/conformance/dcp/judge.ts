import { readFileSync } from 'node:fs'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { importJWK, type JWK, type JWTPayload, jwtVerify } from 'jose'
import type { Test } from 'tap'
import { assertDcpValid, hasDcpSpec } from '../../support/dcp-spec.ts'

const schema: { $id: string } = JSON.parse(
  readFileSync(new URL('../../../contexts/dcp/1.0/messages.schema.json', import.meta.url), 'utf8'),
)
const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).addSchema(schema)

/** Fails the test unless a message of the connector's is of that type and valid: by our schema, and by the specification's own. */
export function assertMessage(t: Pick<Test, 'same' | 'comment'>, type: string, body: object): void {
  const validate = ajv.compile({ $ref: `${schema.$id}#/$defs/${type}` })
  validate(body)
  t.same(validate.errors ?? [], [], `it is a valid ${type}`)
  judgedBySpec ??= hasDcpSpec(t, 'validation of what we send by the specification itself')
  if (judgedBySpec) assertDcpValid(t, body)
}

/** Said once is enough. */
let judgedBySpec: boolean | undefined

/** A DID document, as far as whoever verifies a token reads it. */
interface Document {
  readonly verificationMethod: readonly { readonly id: string; readonly publicKeyJwk: JWK }[]
  readonly [relationship: string]: unknown
}

/**
 * Verifies a token by a library that the connector does not use, with the key that its `kid` names in the signer's DID document, which
 * must be there for that use. Throws when it does not verify.
 */
export async function verifyBy(
  document: object,
  use: 'authentication' | 'assertionMethod' | 'capabilityInvocation',
  token: string,
  claims: { issuer: string; audience?: string; subject?: string },
): Promise<JWTPayload> {
  const { verificationMethod, [use]: named } = document as Document
  const { payload } = await jwtVerify(
    token,
    async ({ alg, kid = '' }) => {
      const method = verificationMethod.find(({ id }) => id === kid)
      if (method === undefined || !(named as readonly string[]).includes(kid))
        throw new Error(`no key ${kid} for ${use}`)
      return importJWK(method.publicKeyJwk, alg ?? '')
    },
    { ...claims, clockTolerance: 0 },
  )
  return payload
}

/** Verifies an ID token as the official kit does: for its receiver alone, from no future, with a jti that was never seen. */
export function createIdTokenJudge(documentOf: () => Promise<object>, did: string) {
  const seen = new Set<unknown>()
  return async (authorization: string | undefined, audience: string): Promise<JWTPayload> => {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? ''
    const claims = { issuer: did, subject: did, audience }
    const payload = await verifyBy(await documentOf(), 'capabilityInvocation', token, claims)
    if (typeof payload.iat !== 'number' || payload.iat > Date.now() / 1_000) throw new Error('iat is in the future')
    if (typeof payload.jti !== 'string' || seen.has(payload.jti)) throw new Error('jti is missing, or was seen before')
    seen.add(payload.jti)
    return payload
  }
}
