/** The namespace of ODRL 2.2, whose words the DSP context writes without a prefix. */
export const ODRL = 'http://www.w3.org/ns/odrl/2/'

/** The namespace of the words that the EDC brings into policies. */
export const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

/** A word of ODRL without its dress: `odrl:use` and `http://www.w3.org/ns/odrl/2/use` are `use`. Other names stay. */
export function termOf(name: string): string {
  if (name.startsWith(ODRL)) return name.slice(ODRL.length)
  return name.startsWith('odrl:') ? name.slice('odrl:'.length) : name
}

/**
 * The name that a value stands for, written as a string or as `{ "@id": … }`; undefined if it is neither. An object that
 * says more than its name, such as an action with a refinement, is not just that name.
 */
export function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string') return termOf(value)
  const [[key, name] = [], ...more] = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return key === '@id' && more.length === 0 && typeof name === 'string' ? termOf(name) : undefined
}

/**
 * What an object has under a term, as a list: one value or several, with or without prefix. Policies are normalised at
 * the door, but a prohibition overlooked because of its prefix would be a permission.
 */
export function listOf(object: object, term: string): readonly unknown[] {
  const entries = Object.entries(object).filter(([key]) => termOf(key) === term)
  return entries.flatMap(([, value]) => value ?? [])
}

/**
 * Actions of ODRL's common vocabulary that are narrower than `use`, or beside it: none of them includes it, so a
 * prohibition of one ("use, but do not distribute") says what a user must refrain from, and does not forbid using.
 */
export const besidesUse: ReadonlySet<string> = new Set([
  'acceptTracking',
  'aggregate',
  'annotate',
  'anonymize',
  'archive',
  'attribute',
  'compensate',
  'concurrentUse',
  'delete',
  'derive',
  'digitize',
  'display',
  'distribute',
  'ensureExclusivity',
  'execute',
  'extract',
  'give',
  'grantUse',
  'include',
  'index',
  'inform',
  'install',
  'modify',
  'move',
  'nextPolicy',
  'obtainConsent',
  'play',
  'present',
  'print',
  'read',
  'reproduce',
  'reviewPolicy',
  'sell',
  'stream',
  'synchronize',
  'textToSpeech',
  'transfer',
  'transform',
  'translate',
  'uninstall',
  'watermark',
])
