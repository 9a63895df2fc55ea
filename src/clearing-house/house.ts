import type { JsonWebKey } from 'node:crypto'
import type { Server } from 'node:http'
import { type Order, openAuthority } from './certificate-authority.ts'
import { createCompliance } from './compliance.ts'
import { createCredentialEvents } from './credential-events.ts'
import { type Algorithm, createIdentity, type Identity } from './identity.ts'
import type { LabelForm } from './label.ts'
import { createNotary, type KnownNumber, knownNumbers } from './notary.ts'
import { type Route, routesOf } from './routes.ts'
import { listen } from './server.ts'
import { createStatusList } from './status-list.ts'

/** How a clearing house is set up; nothing need be said. */
export interface ClearingHouseOptions {
  readonly host?: string
  /** 0: a free one. */
  readonly port?: number
  /** With what its services sign. */
  readonly algorithm?: Algorithm
  /** Whether only certificates with extended validation count. */
  readonly evOnly?: boolean
  /** How long labels and attested numbers last, days. */
  readonly days?: number
  /** How labels write their digests; asked for each one. */
  readonly form?: () => LabelForm
  /** Numbers that its registers have besides those that every lab has. */
  readonly numbers?: readonly KnownNumber[]
  readonly now?: () => Date
}

/** A clearing house that runs. */
export interface ClearingHouse {
  /** Where each service is: to these `/v2/…` is appended. */
  readonly urls: Readonly<Record<'notary' | 'registry' | 'compliance' | 'events' | 'authority' | 'assessor', string>>
  /** Who signs. */
  readonly dids: Readonly<Record<'notary' | 'compliance' | 'assessor', string>>
  /** The root of its certificates, in PEM. */
  readonly anchor: string
  /** A certificate chain in PEM for somebody's key. */
  certify(order: Order & { readonly publicKey: JsonWebKey }): Promise<string>
  /** Takes back a certificate, by the hexadecimal number of the leaf. */
  revokeCertificate(serialNumber: string): void
  /** Takes back what was issued under an id: a label, or a registration number. */
  revoke(by: 'notary' | 'compliance', id: string): void
  stop(): Promise<void>
}

const parts = ['notary', 'registry', 'compliance', 'events', 'authority', 'assessor'] as const

/**
 * Starts a clearing house for labs and tests: notary, registry, compliance and event service, with a certificate authority of its own. Nobody
 * outside of a lab trusts it. It shares no code with the connector, so that one mistake is not made twice.
 */
export async function startClearingHouse(options: ClearingHouseOptions = {}): Promise<ClearingHouse> {
  const {
    host = '127.0.0.1',
    port = 0,
    algorithm = 'PS256',
    evOnly = true,
    days = 90,
    now = () => new Date(),
  } = options
  let routes: readonly Route[] = []
  const server = await listen({ host, port, routes: () => routes })
  const base = `http://${host}:${portOf(server)}`
  const authority = await openAuthority(now, `${base}/authority`)
  const identify = (path: string) => createIdentity({ base, path, algorithm, authority })
  const [notary, compliance, assessor] = await Promise.all(['notary', 'compliance', 'assessor'].map(identify))
  if (!notary || !compliance || !assessor) throw new Error('three identities were asked for')
  const identities = { notary, compliance, assessor }
  const dids = { notary: notary.did, compliance: compliance.did, assessor: assessor.did }
  const anchors = { roots: [authority.anchor], evOnly, isRevoked: authority.isRevoked }
  const common = { anchors, now, days }
  const statusesOf = (identity: Identity, path: string) =>
    createStatusList({ identity, url: `${base}/${path}/status`, now })
  const statuses = { notary: statusesOf(notary, 'notary'), compliance: statusesOf(compliance, 'compliance') }

  routes = routesOf({
    identities,
    authority,
    anchors,
    now,
    statuses,
    notary: createNotary({
      ...common,
      identity: notary,
      base,
      numbers: [...knownNumbers, ...(options.numbers ?? [])],
      statuses: statuses.notary,
    }),
    compliance: createCompliance({
      ...common,
      identity: compliance,
      trusted: trustedOf(identities),
      form: options.form ?? (() => 'cred:digestSRI'),
      statuses: statuses.compliance,
    }),
    events: createCredentialEvents({ ...common, compliance: [compliance.did] }),
  })

  return {
    urls: Object.fromEntries(parts.map(part => [part, `${base}/${part}`])) as ClearingHouse['urls'],
    dids,
    anchor: authority.anchor,
    certify: order => authority.issue(order),
    revokeCertificate: authority.revoke,
    revoke: (by, id) => statuses[by].revoke(id),
    stop: () => stop(server),
  }
}

const trustedOf = (identities: Readonly<Record<'notary' | 'compliance' | 'assessor', Identity>>) => ({
  notary: [identities.notary.did],
  compliance: [identities.compliance.did],
  assessor: [identities.assessor.did],
})

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

const stop = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
