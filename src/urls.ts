import type { Config } from './config/index.ts'
import type { Plane } from './http/index.ts'

/** Where a started connector is reached; origins, without a path. */
export interface Urls {
  /** Peers find `/.well-known/dspace-version` here. */
  readonly protocol: string
  readonly management: string
  readonly data: string
}

/** Path of the Dataspace Protocol below the public URL. */
export const DSP = '/dsp'

/** Path of our credential service below the public URL. */
export const CREDENTIAL_SERVICE = '/dcp'

/** Path of our issuer service below the public URL. */
export const ISSUER_SERVICE = '/issuer'

/** Where the planes are reached. Who listens everywhere and says no more is reached on this machine. */
export function urlsOf(config: Config, ports: Readonly<Record<Plane, number>>): Urls {
  const origin = ({ host }: { host: string }, port: number) => {
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
    return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
  }
  return {
    protocol: config.protocol.publicUrl ?? origin(config.protocol, ports.protocol),
    management: origin(config.management, ports.management),
    data: config.data.publicUrl ?? origin(config.data, ports.data),
  }
}
