import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js'
import type { Test } from 'tap'

/**
 * The machine-readable parts of the specifications, as a judge: beside the repository, or where the variable KONTOR_TEST_SPEC
 * says. They are no part of this project, so tests that need them say so where they are missing, and pass.
 */
const folder = process.env.KONTOR_TEST_SPEC ?? fileURLToPath(new URL('../../../shared/spec/', import.meta.url))
const dsp = join(folder, 'dsp-2025-1')

/** Whether the specification of the Dataspace Protocol is there. If not, the test says what it left out. */
export function hasSpec(t: Pick<Test, 'comment'>, leftOut: string): boolean {
  const present = existsSync(dsp)
  if (!present)
    t.comment(`left out, since the specification is not there (set KONTOR_TEST_SPEC to its folder): ${leftOut}`)
  return present
}

/** A JSON file of the Dataspace Protocol's specification. */
export const readSpec = (path: string): unknown => parse(readFileSync(join(dsp, path), 'utf8'))

/** An example of the specification: its name, and the type of message it is of. */
export interface Example {
  readonly name: string
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
}

/** All messages and answers among the specification's examples. */
export function readExamples(): readonly Example[] {
  return files(/\/example\/.*\.json$/)
    .map(name => ({ name, body: readSpec(name) as Example['body'] }))
    .map(({ name, body }) => ({ name, body, type: typeOf(body) ?? '' }))
    .filter(({ type }) => type !== '')
}

/** Fails the test unless a message of ours is valid by the specification's own schema for its type. */
export function assertValid(t: Pick<Test, 'same' | 'comment'>, message: object): void {
  const type = typeOf({ ...message }) ?? 'a message without a type'
  if (isThere(t)) t.same(faultsBySpec(type, message), [], `${type} is valid by the specification`)
}

/** What the specification's schema finds wrong with a message. */
export function faultsBySpec(type: string, message: unknown): readonly string[] {
  const validate = validators().get(type)
  if (validate === undefined) return [`the specification has no schema for ${type}`]
  validate(message)
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`)
}

/** Says once in a file what is left out, however many messages it validates. */
const isThere = once((t: Pick<Test, 'comment'>) => hasSpec(t, 'validation of what we send'))

const validators = once((): ReadonlyMap<string, ValidateFunction> => {
  const schemas = files(/-schema\.json$/).map(readSpec) as { $id: string; allOf: { $ref: string }[] }[]
  const ajv = new Ajv2019({ strict: false, allErrors: true, schemas })
  return new Map(schemas.flatMap(schema => typesIn(schema).map(type => [type, compiled(ajv, schema.$id)] as const)))
})

function once<A extends unknown[], T>(make: (...args: A) => T): (...args: A) => T {
  let made: { readonly value: T } | undefined
  return (...args) => {
    made ??= { value: make(...args) }
    return made.value
  }
}

/** Each schema refers to the definition of the type it is about; a type that may stand alone is its `Root…`. */
const typesIn = ({ allOf }: { allOf: { $ref: string }[] }): string[] =>
  allOf.map(({ $ref }) => $ref.replace('#/definitions/', '').replace(/^Root/, ''))

function compiled(ajv: Ajv2019, id: string): ValidateFunction {
  const validate = ajv.getSchema(id)
  if (validate === undefined) throw new Error(`${id} is not there`)
  return validate
}

function typeOf(body: Readonly<Record<string, unknown>>): string | undefined {
  if ('protocolVersions' in body) return 'VersionResponse'
  return typeof body['@type'] === 'string' ? body['@type'] : undefined
}

const files = (pattern: RegExp): readonly string[] =>
  readdirSync(dsp, { recursive: true, encoding: 'utf8' })
    .filter(name => pattern.test(name))
    .sort()

/** Three of the schemas refer to `#definitions/…`, which is no JSON pointer. */
const parse = (text: string): unknown => JSON.parse(text.replaceAll('json#definitions/', 'json#/definitions/'))
