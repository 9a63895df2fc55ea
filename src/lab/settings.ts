import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClearingHouse } from '../clearing-house/index.ts'
import { type Config, Secret, standardConfig, standardGaiaX } from '../config/index.ts'
import { inPackage } from '../package-files.ts'
import { authority, type Character, cast, type Part } from './cast.ts'
import { byClearingHouse } from './gaia-x.ts'
import { byCredentials, byTokens, type Identity } from './identity.ts'
import { freePort } from './ports.ts'

/** The folder with the datasets that come with Kontor. */
export const datasetsFolder: string = fileURLToPath(inPackage('examples/datasets'))

/** What the configurations of a lab's participants are made from. */
export interface LabSettings {
  /** How participants know each other: by credentials of an authority, which takes part then, or by static tokens. */
  readonly identity: Config['identity']['mode']
  /** Where embedded databases and log files lie. */
  readonly directory: string
  /** The first of the ports, three for each participant; without it free ones are taken. */
  readonly portBase?: number | undefined
  /** PostgreSQL servers, by part; without one an embedded server runs in the directory. */
  readonly databases?: Readonly<Partial<Record<Part, string>>> | undefined
  /** Who gives labels; without one nobody has any. */
  readonly house?: ClearingHouse | undefined
}

/** Somebody who takes part, and a configuration such as `kontor serve` would read from a file. */
export interface Role {
  readonly who: Character
  readonly config: Config
}

/** All who take part, with fresh keys and tokens. */
export async function rolesOf(settings: LabSettings): Promise<readonly Role[]> {
  const { identity, portBase, house, directory } = settings
  const all = identity === 'dcp' ? [...cast, authority] : cast
  const seats = await Promise.all(
    all.map(async (who, index) => {
      const ports = await portsOf(portBase, index)
      return { who: identity === 'dcp' ? { ...who, id: `did:web:127.0.0.1%3A${ports.protocol}` } : who, ports }
    }),
  )
  const named = seats.map(({ who }) => who)
  const identityOf =
    identity === 'dcp'
      ? byCredentials(named, playing('authority', named), { everybody: house !== undefined })
      : byTokens(named)
  return Promise.all(
    seats.map(async ({ who, ports }) => {
      const gaiaX = house ? await byClearingHouse(house, who, directory) : standardGaiaX
      return { who, config: { ...configure(who, ports, identityOf(who), settings), gaiaX } }
    }),
  )
}

/** Who plays a part. Throws if nobody does. */
export function playing<C extends { readonly part: Part }>(part: Part, cast: readonly C[]): C {
  const found = cast.find(each => each.part === part)
  if (!found) throw new Error(`nobody plays the ${part}`)
  return found
}

/** Where each plane of a participant listens. */
type Ports = Readonly<Record<'protocol' | 'management' | 'data', number>>

/** Free ports, or those that follow the first: known before anybody listens, since a DID has one in it, and the same after each start. */
async function portsOf(first: number | undefined, index: number): Promise<Ports> {
  const port = async (plane: number) => (first === undefined ? freePort() : first + 3 * index + plane)
  return { protocol: await port(0), management: await port(1), data: await port(2) }
}

function configure(
  { part, id }: Character,
  ports: Ports,
  identity: Identity,
  { directory, databases }: LabSettings,
): Config {
  const listener = (plane: keyof Ports) => ({ host: '127.0.0.1', port: ports[plane] })
  const database = databases?.[part]
  const standard = standardConfig(id)
  return {
    ...standard,
    ...identity,
    protocol: { ...standard.protocol, ...listener('protocol') },
    management: {
      ...standard.management,
      ...listener('management'),
      apiKey: new Secret(randomBytes(18).toString('base64url')),
    },
    data: { ...standard.data, ...listener('data'), files: part === 'provider' ? datasetsFolder : undefined },
    database: { connections: 8, url: database === undefined ? undefined : new Secret(database) },
    directory: join(directory, part),
    keys: { ...standard.keys, secret: new Secret(randomBytes(32).toString('base64url')) },
    negotiation: { ...standard.negotiation, counterOffers: 'refuse' },
    retention: { ...standard.retention, legalMinimum: 0 },
    // All of them are on this machine, where nobody may call by default.
    network: { ...standard.network, allow: ['127.0.0.0/8'] },
    log: { ...standard.log, format: 'json' },
  }
}
