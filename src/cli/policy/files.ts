import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { invalid } from '../../errors.ts'
import { isJsonObject, type JsonLd, type JsonObject, parseTurtle, type Quad, quadsOf } from '../../jsonld/index.ts'
import {
  normalisePolicy,
  type Policy,
  type PolicyRequest,
  type PolicyState,
  readPolicies,
  readRequests,
  readState,
} from '../../policy/index.ts'

/** What a file holds: statements of RDF (from Turtle or JSON-LD), or a plain JSON object. */
type Content =
  | { readonly quads: readonly Quad[]; readonly json?: never }
  | { readonly quads?: never; readonly json: JsonObject }

/** Reads a file (`-` for standard input). JSON that names no context and no id is taken as it is. */
async function readContent(path: string, jsonLd: JsonLd): Promise<Content> {
  const given = path === '-' ? await text(process.stdin) : await readFile(path, 'utf8')
  const json = parseJson(given)
  if (json === undefined) return { quads: parseTurtle(given) }
  if (isJsonObject(json) && !isLinked(json)) return { json }
  return { quads: quadsOf(await jsonLd.expand(json)) }
}

function parseJson(given: string): unknown {
  try {
    return JSON.parse(given)
  } catch {
    return undefined
  }
}

const isLinked = (json: JsonObject): boolean => ['@context', '@graph'].some(key => key in json)

/** What `readPolicyFile` and `readRequestFile` give beside what they are named after: the statements it was read from. */
interface Source {
  readonly quads: readonly Quad[]
}

/** A policy, and those it may inherit from. Throws a sentence that names the file. */
export async function readPolicyFile(
  path: string,
  jsonLd: JsonLd,
): Promise<Source & { policy: Policy; find?: PolicyState['policies'] }> {
  return named(path, async () => {
    const { quads, json } = await readContent(path, jsonLd)
    return quads ? { ...readPolicies(quads), quads } : { policy: normalisePolicy(json), quads: [] }
  })
}

/** What is asked: RDF, or an object `{ action, participant: { id, claims } }` as the engine takes it. */
export async function readRequestFile(
  path: string,
  jsonLd: JsonLd,
): Promise<Source & { requests: readonly PolicyRequest[] }> {
  return named(path, async () => {
    const { quads, json } = await readContent(path, jsonLd)
    return quads ? { requests: readRequests(quads), quads } : { requests: [plainRequest(json)], quads: [] }
  })
}

function plainRequest(json: JsonObject): PolicyRequest {
  const { action, participant } = json
  if (typeof action !== 'string' || !isJsonObject(participant) || typeof participant.id !== 'string')
    throw invalid('A request needs an action and a participant with an id.')
  const claims = isJsonObject(participant.claims) ? participant.claims : {}
  return { ...json, action, participant: { id: participant.id, claims } }
}

/**
 * The state of the world: RDF, or an object as the engine takes it, with times as xsd:dateTime. `others` are statements of
 * policy and request, which may tell what something is, too. `now` if no time is told.
 */
export async function readStateFile(
  path: string | undefined,
  jsonLd: JsonLd,
  others: readonly Quad[],
  now: Date,
): Promise<PolicyState> {
  if (path === undefined) return readState(others, now)
  return named(path, async () => {
    const { quads, json } = await readContent(path, jsonLd)
    return quads ? readState([...quads, ...others], now) : { ...readState(others, now), ...plainState(json, now) }
  })
}

const times = ['now', 'agreedAt', 'startedAt', 'lastUsedAt']

function plainState(json: JsonObject, now: Date): PolicyState {
  const read = Object.entries(json).map(([key, value]) => [key, times.includes(key) ? readDate(key, value) : value])
  return { now, ...Object.fromEntries(read) }
}

function readDate(name: string, value: unknown): Date {
  const date = new Date(typeof value === 'string' ? value : Number.NaN)
  if (Number.isNaN(date.getTime())) throw invalid(`"${name}" must be a time such as 2026-12-31T23:59:59Z.`)
  return date
}

async function named<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw invalid(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
