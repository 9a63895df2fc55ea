import type { Algorithm } from './algorithms.ts'

/** What a key may sign; no key signs for two purposes. */
export type Purpose = 'identity' | 'credentials' | 'evidence' | 'edr' | 'presentation-access' | 'gaia-x'

/** How the keys of a purpose are used. */
interface Use {
  readonly about: string
  /** Whether others verify by them: then keeper and algorithm are the operator's choice (`keys.keeper`, `keys.algorithm`). */
  readonly open: boolean
  readonly algorithms: readonly Algorithm[]
  /** How long a new key is public before it signs, ms: peers remember what our DID document says for a while. */
  readonly lead: number
}

const all = ['ES256', 'ES384', 'PS256', 'EdDSA'] as const
/** What `signJwt` can do. */
const some = ['ES256', 'ES384', 'PS256'] as const
/** What Gaia-X's clearing houses take. */
const certified = ['PS256', 'ES256'] as const
const tenMinutes = 600_000

// biome-ignore format: a table is read by its columns
export const purposes: Readonly<Record<Purpose, Use>> = {
  // purpose      signs                                              others verify  by                lead
  identity:    { about: 'identity tokens and presentations',        open: true,  algorithms: all,  lead: tenMinutes },
  credentials: { about: 'credentials and status lists we issue',    open: true,  algorithms: all,  lead: tenMinutes },
  'gaia-x':    { about: 'Gaia-X self-descriptions',                 open: true,  algorithms: certified, lead: 0    },
  evidence:    { about: 'evidence of agreements',                  open: true,  algorithms: all,  lead: 0            },
  edr:         { about: 'access tokens for data, for ourselves',    open: false, algorithms: some, lead: 0          },
  'presentation-access': { about: 'access tokens for our credentials, for ourselves', open: false, algorithms: all, lead: 0 },
}

/** Their names. */
export const purposeNames = ['identity', 'credentials', 'edr', 'gaia-x'] as const satisfies readonly Purpose[]
