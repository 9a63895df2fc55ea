import type { Messages, PresentationDefinition } from '../credentials/messages.ts'
import { parseDefinition } from '../credentials/presentation-definition.ts'
import type { Profile } from '../credentials/profiles.ts'
import type { ReadCredential } from '../credentials/read-credential.ts'
import { isCovered } from '../credentials/scopes.ts'

/** A credential that may be presented. */
export interface Presentable {
  readonly token: string
  readonly read: ReadCredential
}

/** What is presented, and for which descriptors of a definition. */
export interface Selection {
  readonly chosen: readonly Presentable[]
  /** Descriptor and place among the chosen ones; for a definition only. */
  readonly map: readonly { readonly descriptor: string; readonly at: number }[]
}

/** Of credentials that say the same of us, the newest; they come newest first. */
export function withoutDuplicates(credentials: readonly Presentable[]): readonly Presentable[] {
  const seen = new Set<string>()
  return credentials.filter(({ read: { issuer, types, subjects, profile } }) => {
    const key = JSON.stringify([issuer, profile, [...types].sort(), subjects])
    return !seen.has(key) && seen.add(key)
  })
}

/** Chooses what a query asks for, among what may be shown; the newest first. Throws `invalid` for a definition that is not understood. */
export function select(query: Messages['PresentationQueryMessage'], shown: readonly Presentable[]): Selection {
  const { scope, presentationDefinition } = query
  if (presentationDefinition) return byDefinition(presentationDefinition, shown)
  const chosen = shown.filter(({ read }) => isCovered(read, scope))
  return { chosen, map: [] }
}

/** One credential for each descriptor: the newest that fits. */
function byDefinition(definition: PresentationDefinition, shown: readonly Presentable[]): Selection {
  const found = parseDefinition(definition).flatMap(({ id, matches }) => {
    const credential = shown.find(({ read }) => matches(read))
    return credential ? [{ id, credential }] : []
  })
  const chosen = [...new Set(found.map(({ credential }) => credential))]
  return { chosen, map: found.map(({ id, credential }) => ({ descriptor: id, at: chosen.indexOf(credential) })) }
}

/** The places of the chosen ones, by profile: a presentation is of one (DCP 1.0, Homogeneity requirement). */
export function byProfile(chosen: readonly Presentable[]): ReadonlyMap<Profile, readonly number[]> {
  const groups = new Map<Profile, number[]>()
  chosen.forEach(({ read: { profile } }, at) => {
    groups.set(profile, [...(groups.get(profile) ?? []), at])
  })
  return groups
}
