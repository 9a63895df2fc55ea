import type { ActionDefinition, Facts } from './types.ts'
import { termOf } from './vocabulary.ts'

const CC = 'http://creativecommons.org/ns#'

/** The actions of ODRL's core and common vocabulary (ODRL 2.2, Vocabulary, 3.7 and 4.1), each under the one it is a kind of. */
const kinds: Readonly<Record<string, string>> = {
  use: `acceptTracking aggregate annotate anonymize archive attribute compensate concurrentUse delete derive digitize
    distribute ensureExclusivity execute grantUse include index inform install modify move nextPolicy obtainConsent play
    present print read reproduce reviewPolicy stream synchronize textToSpeech transform translate uninstall watermark
    ${CC}Attribution ${CC}CommercialUse ${CC}DerivativeWorks ${CC}Distribution ${CC}Notice ${CC}Reproduction
    ${CC}ShareAlike ${CC}Sharing ${CC}SourceCode`,
  transfer: 'give sell',
  play: 'display',
  reproduce: 'extract',
}

/** Older names, and what they mean today. */
const equivalents: ReadonlyMap<string, string> = new Map([
  ['append', 'modify'],
  ['appendTo', 'modify'],
  ['write', 'modify'],
  ['writeTo', 'modify'],
  ['copy', 'reproduce'],
  ['export', 'transform'],
  ['license', 'grantUse'],
  ['pay', 'compensate'],
  ['attachPolicy', `${CC}Notice`],
  ['attachSource', `${CC}SourceCode`],
  ['commercialize', `${CC}CommercialUse`],
  ['share', `${CC}Sharing`],
  ['shareAlike', `${CC}ShareAlike`],
])

/** Deprecated, without a successor, and a kind of nothing: each is only itself. */
const alone = 'adHocShare extractChar extractPage extractWord lease lend preview secondaryUse'

const definitions: ReadonlyMap<string, ActionDefinition> = new Map([
  ...['use', 'transfer', ...alone.split(' ')].map(action => [action, {}] as const),
  ...Object.entries(kinds).flatMap(([wide, narrow]) =>
    narrow.split(/\s+/).map(action => [action, { includedIn: [wide] }] as const),
  ),
])

/** An action's one name: `odrl:write`, `write` and `modify` are one action. */
export function actionName(name: string): string {
  const term = name.startsWith('cc:') ? `${CC}${name.slice(3)}` : termOf(name)
  return equivalents.get(term) ?? term
}

type Defined = Facts['actions']

const definitionOf = (action: string, defined: Defined): ActionDefinition | undefined =>
  definitions.get(action) ?? (defined && Object.hasOwn(defined, action) ? defined[action] : undefined)

/** Whether anybody has said what an action means. */
export const isKnownAction = (action: string, defined?: Defined): boolean => definitionOf(action, defined) !== undefined

/** Whether an action is another one or a kind of it (`includedIn`, transitively). Both by their one names. */
export const isKindOf = (action: string, wide: string, defined?: Defined): boolean =>
  reaches(action, wide, 'includedIn', defined)

/** Whether an action needs that another one, or a kind of it, is not forbidden (`implies`, transitively). */
export const needs = (action: string, other: string, defined?: Defined): boolean =>
  defined !== undefined && reaches(action, other, 'implies', defined)

/** Each action is looked at once, so circles end. */
function reaches(from: string, to: string, by: keyof ActionDefinition, defined: Defined): boolean {
  if (from === to) return true
  const seen = new Set([from])
  for (const action of seen)
    for (const next of definitionOf(action, defined)?.[by] ?? []) {
      if (actionName(next) === to) return true
      seen.add(actionName(next))
    }
  return false
}
