import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Identity } from './identity.ts'
import { against } from './refusal.ts'

const compress = promisify(gzip)

/** The fewest places that the standard allows: nobody can tell from a look-up whose credential it was for. */
const PLACES = 131_072
/** How long a copy of the list may be relied on, ms. */
const LIFE = 3_600_000

/** Which of the credentials that a service has issued it has taken back (Bitstring Status List 1.0). */
export interface StatusList {
  /** The `credentialStatus` of a credential that is about to be issued. */
  place(credential: string): object
  /** Takes back all that was issued under an id. Throws a 409 for what never was. */
  revoke(credential: string): void
  /** The list, signed. */
  signed(): Promise<string>
}

/** A list at a URL, in memory: a new start is a new house. */
export function createStatusList({
  identity,
  url,
  now,
}: {
  identity: Identity
  url: string
  now: () => Date
}): StatusList {
  const bits = Buffer.alloc(PLACES / 8)
  const places = new Map<string, number[]>()
  let next = 0

  return {
    place(credential) {
      const place = next++
      if (place >= PLACES) throw new Error('the status list is full')
      places.set(credential, [...(places.get(credential) ?? []), place])
      return {
        id: `${url}#${place}`,
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: String(place),
        statusListCredential: url,
      }
    },

    revoke(credential) {
      const issued = places.get(credential)
      if (issued === undefined) throw against('id', credential, 'nothing was issued under it')
      // The first place is the highest bit of the first byte.
      for (const place of issued) bits.writeUInt8(bits.readUInt8(place >> 3) | (0x80 >> (place & 7)), place >> 3)
    },

    async signed() {
      const at = now()
      return identity.sign({
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        id: url,
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        issuer: identity.did,
        validFrom: at.toISOString(),
        validUntil: new Date(at.getTime() + LIFE).toISOString(),
        credentialSubject: {
          id: `${url}#list`,
          type: 'BitstringStatusList',
          statusPurpose: 'revocation',
          encodedList: `u${(await compress(bits)).toString('base64url')}`,
        },
      })
    },
  }
}
