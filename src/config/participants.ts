import { type Kind, kind, list } from './kinds.ts'
import { entries, mapping } from './mapping.ts'
import { token } from './secret.ts'
import type { Config, KnownParticipant } from './types.ts'
import { oneOf, text, webUrl } from './values.ts'

/** A hash is harmless, but people put the token itself there by mistake: nothing of it is shown. */
export const tokenHash: Kind<string> = kind(
  'sha256: and 64 hexadecimal digits, the SHA-256 of the token',
  given => /^sha256:([\da-f]{64})$/i.exec(typeof given === 'string' ? given : '')?.[1]?.toLowerCase(),
  () => '[secret]',
)

/** The participants whose catalogues are kept; a variable gives the list as YAML or JSON. */
export const catalogPeers: Kind<Config['federation']['peers']> = entries(
  mapping('a participant', { id: [text], url: [webUrl] } as const),
)

/** The participants known by static tokens; a variable gives the list as YAML or JSON. */
export const participants: Kind<readonly KnownParticipant[]> = entries(
  mapping('a participant', {
    id: [text],
    accepts: [tokenHash],
    presents: [token(1)],
    scheme: [oneOf('bearer', 'none'), { value: 'bearer' }],
    groups: [list(text), { value: [] }],
  } as const),
)
