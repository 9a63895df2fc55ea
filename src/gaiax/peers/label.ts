import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { digestOf } from '../canonical-json.ts'
import { shortType } from '../vocabulary.ts'

/** What a label says, whichever of the forms since 2024 it has. */
export interface Label {
  readonly level: string
  readonly rulesVersion: string | undefined
  readonly engineVersion: string | undefined
  /** SHA-256 digests of the credentials that were judged, hexadecimal. */
  readonly digests: ReadonlySet<string>
}

/** A member by its name, whatever prefix it has. */
const memberOf = (node: JsonObject, name: string): unknown =>
  node[name] ?? Object.entries(node).find(([key]) => shortType(key) === name)?.[1]

const textOf = (value: unknown): string | undefined => {
  const text = isJsonObject(value) ? value['@value'] : value
  return typeof text === 'string' ? text : undefined
}

/** Reads the subject of a label. Undefined if it says no level. */
export function readLabel(subject: JsonObject): Label | undefined {
  const { level, ...more } = readJudgement(subject)
  return level === undefined ? undefined : { level, ...more }
}

/** What a clearing house says, be it a label or a compliance credential, which has no level. */
export type Judgement = Omit<Label, 'level'> & { readonly level: string | undefined }

/** Reads the subject of either. */
export function readJudgement(subject: JsonObject): Judgement {
  const level = textOf(memberOf(subject, 'labelLevel'))
  const entries = [memberOf(subject, 'compliantCredentials') ?? []].flat().filter(isJsonObject)
  return {
    level,
    rulesVersion: textOf(memberOf(subject, 'rulesVersion')),
    engineVersion: textOf(memberOf(subject, 'engineVersion')),
    digests: new Set(entries.flatMap(entry => digestIn(entry) ?? [])),
  }
}

/** `sha256-` and the digest, hexadecimal or in base64. */
function digestIn(entry: JsonObject): string | undefined {
  const [, digest = ''] = /^sha256-(.+)$/.exec(textOf(memberOf(entry, 'digestSRI')) ?? '') ?? []
  if (/^[\da-f]{64}$/i.test(digest)) return digest.toLowerCase()
  const bytes = Buffer.from(digest, 'base64')
  return bytes.length === 32 ? bytes.toString('hex') : undefined
}

/** Whether a label was given for that credential, as it is: the digest is that of its payload, in canonical form. */
export const covers = ({ digests }: Pick<Label, 'digests'>, payload: JsonObject): boolean =>
  digests.has(digestOf(payload))
