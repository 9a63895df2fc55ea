import { randomUUID } from 'node:crypto'
import { forbidden } from '../../errors.ts'
import { DCP_CONTEXT, type Messages } from '../credentials/messages.ts'
import { writePresentation } from '../credentials/profiles.ts'
import { readCredential } from '../credentials/read-credential.ts'
import { isCovered } from '../credentials/scopes.ts'
import { type Reason, Rejection } from '../rejection.ts'
import type { Holding } from './given.ts'
import { byProfile, type Presentable, type Selection, select, withoutDuplicates } from './select.ts'
import { tokenOf } from './wallet.ts'
import { readCurrent } from './wallet-store.ts'

/** Presents credentials to a verifier, as far as the scopes of its access token go. */
export type Present = (
  verifier: string,
  scopes: readonly string[],
  query: Messages['PresentationQueryMessage'],
) => Promise<object>

/** How long a presentation is valid, ms: a verifier looks at it at once. */
const LIFETIME = 300_000

/** More than any verifier takes. */
const MOST = 50

/** Reasons for which a credential is of no use to anybody; that its issuer cannot be asked just now is none. */
const useless: ReadonlySet<Reason> = new Set([
  'credential-malformed',
  'credential-signature',
  'credential-issuer',
  'credential-subject',
  'credential-expired',
  'credential-not-yet-valid',
  'credential-schema',
  'credential-revoked',
  'credential-suspended',
  'key-of-another',
  'key-unknown',
  'key-for-other-use',
  'did-not-found',
])

/** The presenting half of a credential service (DCP 1.0, Resolution API). */
export function createPresent(given: Holding): Present {
  const { db, now, did, wallet, sign, verifyCredential, events } = given

  /** An expired, revoked or no longer verifiable credential is not shown (Presentation Response Message). */
  async function isUseful(token: string): Promise<boolean> {
    try {
      await verifyCredential(token)
      return true
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      return !useless.has(error.code)
    }
  }

  async function readable(scopes: readonly string[]): Promise<readonly Presentable[]> {
    const held = (await readCurrent(db, now())).filter(({ id, types }) =>
      isCovered({ id: id ?? undefined, types }, scopes),
    )
    const opened = await Promise.all(held.map(each => tokenOf(given, each)))
    const current = opened.map(token => ({ token, read: readCredential(token) }))
    const useful = await Promise.all(current.map(({ token }) => isUseful(token)))
    const published = (await given.published())
      .map(token => ({ token, read: readCredential(token) }))
      .filter(({ read }) => isCovered(read, scopes))
    return withoutDuplicates([...current.filter((_, at) => useful[at]), ...published]).slice(0, MOST)
  }

  function demandWithin(granted: readonly string[], asked: readonly string[]): void {
    if (wallet.excess === 'refuse' && asked.some(scope => !granted.includes(scope)))
      throw forbidden('The query asks for more than its access token allows.')
  }

  return async (verifier, scopes, query) => {
    demandWithin(scopes, query.scope ?? [])
    const { chosen, map } = select(query, await readable(scopes))
    const groups = [...byProfile(chosen)]
    const from = now()
    const times = { from, until: new Date(from.getTime() + LIFETIME) }
    const presentation = await Promise.all(
      groups.map(([profile, places]) => {
        const credentials = places.flatMap(at => chosen[at]?.token ?? [])
        return sign(
          writePresentation[profile]({ holder: did, audience: verifier, jti: randomUUID(), ...times, credentials }),
        )
      }),
    )
    events.wallet({ what: 'presented', peer: verifier, types: chosen.flatMap(({ read }) => read.types) })
    return {
      '@context': [DCP_CONTEXT],
      type: 'PresentationResponseMessage',
      presentation,
      // Some readers choke on it, so it is there only where it is due.
      ...(query.presentationDefinition && {
        presentationSubmission: {
          id: randomUUID(),
          definition_id: query.presentationDefinition.id,
          descriptor_map: submission(map, groups),
        },
      }),
    }
  }
}

/** Where the credential for each descriptor stands (Presentation Exchange 2.1.1, Presentation Submission). */
function submission(map: Selection['map'], groups: readonly (readonly [profile: string, places: readonly number[]])[]) {
  return map.map(({ descriptor, at }) => {
    const outer = groups.findIndex(([, places]) => places.includes(at))
    const [profile, places] = groups[outer] ?? ['', []]
    const inner = places.indexOf(at)
    const where = profile === 'vc11-sl2021/jwt' ? '$.vp' : '$'
    return {
      id: descriptor,
      format: 'jwt_vp',
      path: `$.presentation[${outer}]`,
      path_nested: { id: descriptor, format: 'jwt_vc', path: `${where}.verifiableCredential[${inner}]` },
    }
  })
}
