import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2019 } from 'ajv/dist/2019.js'
import type { Test } from 'tap'

/**
 * The schemas and examples of the Decentralized Claims Protocol, as a judge: beside the repository, or where the variable
 * KONTOR_TEST_SPEC says. They are no part of this project: where they are missing, a test says what it left out, and passes.
 */
const folder = process.env.KONTOR_TEST_SPEC ?? fileURLToPath(new URL('../../../shared/spec/', import.meta.url))
const dcp = join(folder, 'dcp-1.0')

/** Whether the specification is there. If not, the test says what it left out. */
export function hasDcpSpec(t: Pick<Test, 'comment'>, leftOut: string): boolean {
  const present = existsSync(dcp)
  if (!present)
    t.comment(`left out, since the specification is not there (set KONTOR_TEST_SPEC to its folder): ${leftOut}`)
  return present
}

const read = (name: string): Readonly<Record<string, unknown>> => JSON.parse(readFileSync(join(dcp, name), 'utf8'))

const files = (pattern: RegExp): readonly string[] =>
  readdirSync(dcp, { recursive: true, encoding: 'utf8' })
    .filter(name => pattern.test(name))
    .sort()

/** The examples of messages, with their names. */
export const readDcpExamples = () => files(/\/example\/.*\.json$/).map(name => ({ name, body: read(name) }))

/** Schemas of others, to which the specification refers; what we send is their business elsewhere. */
const foreign = [
  'https://identity.foundation/presentation-exchange/schemas/presentation-definition.json',
  'https://identity.foundation/presentation-exchange/schemas/presentation-submission.json',
]

let judge: Ajv2019 | undefined

function createJudge(): Ajv2019 {
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false })
  for (const $id of foreign) ajv.addSchema({ $id, properties: { presentation_submission: {} } })
  // It calls itself by the name of an older draft.
  ajv.addSchema({
    ...read('common/context-schema.json'),
    $id: 'https://w3id.org/dspace-dcp/v1.0/common/context-schema.json',
  })
  for (const name of files(/-schema\.json$/).filter(each => !each.startsWith('common'))) ajv.addSchema(read(name))
  return ajv
}

const schemaOf = (type: string): string => {
  const kebab = type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
  // The schema of credential messages lies with the others of issuance, but says that it is one of presentation.
  const part = /^(Presentation|CredentialMessage)/.test(type) ? 'presentation' : 'issuance'
  return `https://w3id.org/dspace-dcp/v1.0/${part}/${kebab}-schema.json`
}

/** Fails the test unless a message of ours is valid by the specification's own schema for its type. */
export function assertDcpValid(t: Pick<Test, 'same' | 'comment'>, message: object): void {
  if (!hasDcpSpec(t, 'validation of what we send')) return
  judge ??= createJudge()
  const type = String(Reflect.get(message, 'type'))
  const validate = judge.getSchema(schemaOf(type))
  if (validate === undefined) throw new Error(`there is no schema for ${type}`)
  validate(message)
  const faults = (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`)
  t.same(faults, [], `${type} is valid by the specification`)
}
