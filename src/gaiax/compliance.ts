import { randomUUID } from 'node:crypto'
import { badGateway } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../jsonld/index.ts'
import { digestOf } from './canonical-json.ts'
import type { Issued, VerifyIssued } from './issued.ts'
import { demand } from './notary.ts'
import { refusalOf, type Services, tokenIn } from './services.ts'
import { presentationPayload, type Signing } from './sign.ts'
import type { Draft } from './types.ts'

/** What a label says about credentials: of which level, by which rules, and by what digests it knows them. */
export interface Label {
  /** Null in a compliance credential, which has no level: standard compliance. */
  readonly level: 'SC' | 'L1' | 'L2' | 'L3' | null
  readonly rulesVersion: string | undefined
  /** SHA-256, hexadecimal. */
  readonly digests: ReadonlySet<string>
}

/** The levels by the offers that ask for them. */
export const levels = {
  'standard-compliance': 'SC',
  'label-level-1': 'L1',
  'label-level-2': 'L2',
  'label-level-3': 'L3',
} as const

/** More credentials than anybody has labelled at once. */
const MOST_ENTRIES = 10_000

/**
 * Reads the subject of a label. Digests have been written in several ways: as `cred:digestSRI`, `gx:digestSRI` or `digestSRI`, as a text or a
 * typed value, in hexadecimal or base64. Throws `bad-gateway` when it is none.
 */
export function readLabel(subject: JsonObject): Label {
  const level = heldBy(subject, 'labelLevel')
  if (level !== undefined && level !== 'SC' && level !== 'L1' && level !== 'L2' && level !== 'L3')
    throw badGateway('The label has a level that there is not.')
  const entries = [heldBy(subject, 'compliantCredentials') ?? []].flat()
  if (entries.length > MOST_ENTRIES) throw badGateway('The label is about too many credentials.')
  const rules = heldBy(subject, 'rulesVersion')
  return {
    level: level ?? null,
    rulesVersion: typeof rules === 'string' ? rules : undefined,
    digests: new Set(entries.flatMap(entry => digestIn(entry) ?? [])),
  }
}

/** Whether a label is about a credential: by what that says, not by its id. */
export const covers = ({ digests }: Label, payload: object): boolean => digests.has(digestOf(payload))

/** What a property holds, whichever prefix it is written with. */
function heldBy(node: JsonObject, name: string): unknown {
  const found = Object.entries(node).find(([key]) => key.replace(/^.*[#:/]/, '') === name)?.[1]
  return isJsonObject(found) && '@value' in found ? found['@value'] : found
}

function digestIn(entry: unknown): string | undefined {
  const sri = isJsonObject(entry) ? heldBy(entry, 'digestSRI') : undefined
  const [, digest = ''] = /^sha256-([\w+/-]+=?)$/.exec(typeof sri === 'string' ? sri : '') ?? []
  if (/^[\da-f]{64}$/i.test(digest)) return digest.toLowerCase()
  const bytes = Buffer.from(digest, 'base64')
  return bytes.length === 32 ? bytes.toString('hex') : undefined
}

/** What is presented for a label, and where the label is to be found. */
export interface Application {
  readonly id: string
  readonly subject: string
  readonly offer: keyof typeof levels
  /** Tokens, and what they say. */
  readonly credentials: readonly { readonly jwt: string; readonly payload: object }[]
}

/** Asks for a label; gives what is to be kept. */
export type Apply = (application: Application) => Promise<Draft>

/** How long a presentation to a clearing house is valid, ms. */
const PRESENTED_FOR = 600_000

/**
 * Asks a compliance service (`POST /v2/api/credential-offers/{offer}`), and believes it nothing: the answer must be a label of a trusted clearing
 * house, of the level asked for, under our id, and about each of the credentials as they are. Throws `conflict` when the service
 * refuses, with the rules it names; `bad-gateway` for anything else than what was asked for.
 */
export function createCompliance(given: {
  did: string
  services: Services
  signing: Signing
  verify: VerifyIssued
  now: () => Date
}): Apply {
  const { did, services, signing, verify, now } = given

  return async ({ id, subject, offer, credentials }) => {
    const from = now()
    const presentation = await signing.presentation(
      presentationPayload({
        id: `urn:uuid:${randomUUID()}`,
        issuer: did,
        validFrom: from,
        validUntil: new Date(from.getTime() + PRESENTED_FOR),
        credentials: credentials.map(({ jwt }) => jwt),
      }),
    )
    const answer = await services.request('compliance', {
      method: 'POST',
      path: `/v2/api/credential-offers/${offer}?vcid=${encodeURIComponent(id)}`,
      headers: { 'content-type': 'application/vp+jwt', accept: 'application/vc+jwt' },
      text: presentation,
    })
    if (answer.status !== 201 && answer.status !== 200) throw refusalOf('compliance service', answer)
    const jwt = tokenIn('compliance service', answer)
    const issued = await verify(jwt, 'compliance')
    const type = typeOf(issued)
    demand(issued, { id, subject, type })
    checkLabel(readLabel(issued.subject), { offer, credentials })
    const { validFrom, validUntil } = issued
    return { id, type, subject, jwt, validFrom, validUntil, source: 'compliance' }
  }
}

const typeOf = ({ types }: Issued): string =>
  types.includes('ComplianceCredential') ? 'ComplianceCredential' : 'LabelCredential'

/** Throws `bad-gateway` unless it is a label of that level for these credentials as they are. */
function checkLabel(label: Label, { offer, credentials }: Pick<Application, 'offer' | 'credentials'>): void {
  const asked = levels[offer]
  if ((label.level ?? 'SC') !== asked) throw badGateway(`The label is of level ${label.level}, not ${asked}.`)
  const left = credentials.filter(({ payload }) => !covers(label, payload))
  if (left.length > 0) throw badGateway(`The label is not about ${left.length} of the credentials that were presented.`)
}
