import { badGateway } from '../errors.ts'
import type { Auth, VersionResponse } from './messages.ts'
import { joinUrl, type Request } from './send.ts'

/** The version of the protocol that we speak. */
const VERSION = '2025-1'

/** Path of the protocol's endpoints below the protocol URL's root. */
export const PROTOCOL_PATH = `/${VERSION}`

/**
 * What we answer at `<root>/.well-known/dspace-version`; `prefix` lies between that root and the version's path. Without `auth`, how
 * participants know each other is agreed elsewhere.
 */
export function versionResponse(participantId: string, prefix: string, auth: Auth | undefined): VersionResponse {
  const [identifierType] = /^did:[a-z\d]+/.exec(participantId) ?? []
  const path = `${prefix}${PROTOCOL_PATH}`
  const who = { serviceId: participantId, ...(identifierType && { identifierType }), ...(auth && { auth }) }
  return { protocolVersions: [{ version: VERSION, path, binding: 'HTTPS', ...who }] }
}

type ParseVersions = (body: unknown) => VersionResponse | Promise<VersionResponse>

/**
 * Finds a peer's protocol URL from the root of its connector (DSP 2025-1, Exposure of Versions).
 * Throws `bad-gateway` if there is no such endpoint, or our version is not spoken there.
 */
export function createDiscover({ request, parse }: { request: Request; parse: ParseVersions }) {
  return async (root: string): Promise<string> => {
    const { status, body } = await request({
      method: 'GET',
      url: joinUrl(root, '/.well-known/dspace-version'),
      headers: {},
    })
    if (status !== 200) throw badGateway(`${root} has no version endpoint: it answered ${status}.`)
    const { protocolVersions } = await parse(body)
    // A path without a slash would go on with the host's name.
    const ours = protocolVersions.find(
      ({ version, binding, path }) => version === VERSION && binding === 'HTTPS' && path.startsWith('/'),
    )
    if (ours) return joinUrl(root, ours.path)
    const theirs = protocolVersions.map(({ version }) => version.slice(0, 20)).join(', ')
    throw badGateway(`${root} does not speak version ${VERSION} of the Dataspace Protocol, but ${theirs}.`)
  }
}
