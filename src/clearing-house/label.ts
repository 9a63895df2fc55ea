import { createHash } from 'node:crypto'
import type { DatasetCore } from '@rdfjs/types'
import canonicalize from 'canonicalize'
import { criteriaOf, type Level, typeNames } from './criteria.ts'
import { prefixes } from './namespaces.ts'
import type { Credential } from './tokens.ts'

/** How the digests of labels have been written since 2024: who reads labels must understand all of these. */
export type LabelForm =
  | 'cred:digestSRI'
  | 'gx:digestSRI'
  | 'digestSRI'
  | 'type in type'
  | 'base64'
  | 'compliance credential'

const DAY = 86_400_000

/** The context of what this house signs. */
export const contextOfOurs = [
  'https://www.w3.org/ns/credentials/v2',
  'https://w3id.org/gaia-x/development#',
  { schema: prefixes.schema, cred: prefixes.cred },
]

/** A label for these credentials, not yet signed. */
export function labelFor(given: {
  id: string
  issuer: string
  level: Level
  credentials: readonly Credential[]
  graph: DatasetCore
  now: Date
  days: number
  form: LabelForm
}): object {
  const { id, issuer, level, credentials, graph, now, days, form } = given
  const type = form === 'compliance credential' ? 'gx:ComplianceCredential' : 'gx:LabelCredential'
  return {
    '@context': contextOfOurs,
    id,
    type: ['VerifiableCredential', type],
    issuer,
    validFrom: now.toISOString(),
    validUntil: new Date(now.getTime() + days * DAY).toISOString(),
    credentialSubject: {
      id: `${id}#cs`,
      type,
      ...(type === 'gx:LabelCredential' && { 'gx:labelLevel': level }),
      'gx:engineVersion': '2.14.0',
      'gx:rulesVersion': 'CD25.10',
      'gx:validatedCriteria': criteriaOf(level, graph),
      'gx:compliantCredentials': credentials.map(credential => entryFor(credential, graph, form)),
    },
  }
}

function entryFor({ id, payload, subjects }: Credential, graph: DatasetCore, form: LabelForm): object {
  const kind = subjects.map(subject => typeNames(String(subject.id), graph)).join(',')
  const digest = createHash('sha256').update(canonicalize(payload) ?? '')
  const sri = `sha256-${form === 'base64' ? digest.digest('base64') : digest.digest('hex')}`
  const named = { id, type: 'gx:CompliantCredential', 'gx:credentialType': kind }
  if (form === 'type in type') return { id, type: `${kind},${kind}`, 'gx:digestSRI': sri }
  if (form === 'gx:digestSRI' || form === 'digestSRI') return { ...named, [form]: sri }
  return { ...named, 'cred:digestSRI': { '@value': sri, '@type': 'cred:sriString' } }
}
