import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Config, hashToken, type KnownParticipant, Secret, standardDcp } from '../config/index.ts'
import { type Character, cast, type Part } from './cast.ts'

/** The folder with the datasets that come with Kontor. */
export const datasetsFolder: string = fileURLToPath(new URL('../../examples/datasets', import.meta.url))

/** What the configurations of a lab's participants are made from. */
export interface LabSettings {
  /** Where embedded databases and log files lie. */
  readonly directory: string
  /** The first of nine ports, three for each participant; without it free ones are taken. */
  readonly portBase?: number | undefined
  /** PostgreSQL servers, by part; without one an embedded server runs in the directory. */
  readonly databases?: Readonly<Record<Part, string>> | undefined
}

/** A configuration for each part, such as `kontor serve` would read from a file, with fresh keys and tokens. */
export function configurations(settings: LabSettings): ReadonlyMap<Part, Config> {
  const tokens = createTokens()
  return new Map(cast.map((who, index) => [who.part, configure(who, index, acquaintances(who, tokens), settings)]))
}

function configure(
  { part, id }: Character,
  index: number,
  participants: readonly KnownParticipant[],
  { directory, portBase, databases }: LabSettings,
): Config {
  const listener = (plane: number) => ({
    host: '127.0.0.1',
    port: portBase === undefined ? 0 : portBase + 3 * index + plane,
  })
  const database = databases?.[part]
  return {
    participant: { id },
    role: 'all',
    protocol: { ...listener(0), publicUrl: undefined },
    management: { ...listener(1), apiKey: new Secret(randomBytes(18).toString('base64url')) },
    data: {
      ...listener(2),
      publicUrl: undefined,
      tokenLifetime: 600_000,
      files: part === 'provider' ? datasetsFolder : undefined,
    },
    database: { url: database === undefined ? undefined : new Secret(database), connections: 8 },
    directory: join(directory, part),
    identity: { mode: 'tokens', participants, dcp: standardDcp },
    keys: {
      passphrase: undefined,
      secret: new Secret(randomBytes(32).toString('base64url')),
      keeper: 'database',
      algorithm: 'ES256',
    },
    kms: { url: undefined, region: 'us-east-1', accessKey: undefined, secretKey: undefined, wrappingKey: undefined },
    vault: { url: undefined, token: undefined, mount: 'transit' },
    wallet: { offers: 'ask', renewBefore: 604_800_000, excess: 'leave-out' },
    issuer: { definitions: [], holders: [], statusValidity: 900_000, formatNames: 'dcp' },
    negotiation: { counterOffers: 'refuse', webhook: undefined, deciders: [] },
    // All of them are on this machine, where nobody may call by default.
    network: { allow: ['127.0.0.0/8'], timeout: 10_000 },
    delivery: { giveUpAfter: 86_400_000 },
    retention: { processes: undefined, agreements: undefined, legalMinimum: 0, archive: undefined },
    limits: { openNegotiations: 1_000, openTransfers: 10_000, requestsAtOnce: 12, connections: 4_096 },
    contexts: { directory: undefined },
    log: { level: 'info', format: 'json' },
  }
}

/** The token that the first presents to the second. */
type TokenOf = (from: Character, to: Character) => string

function createTokens(): TokenOf {
  const tokens = new Map<string, string>()
  return (from, to) => {
    const pair = `${from.part} ${to.part}`
    const token = tokens.get(pair) ?? randomBytes(32).toString('base64url')
    tokens.set(pair, token)
    return token
  }
}

/** The provider knows everybody; the others know the provider only. */
function acquaintances(who: Character, tokenOf: TokenOf): KnownParticipant[] {
  const known = cast.filter(other => other !== who && [who, other].some(({ part }) => part === 'provider'))
  return known.map(other => ({
    id: other.id,
    accepts: hashToken(tokenOf(other, who)),
    presents: new Secret(tokenOf(who, other)),
    groups: other.groups,
  }))
}
