/** The host of a `did:web` DID, without its port. */
export const hostOf = (did: string): string => decodeURIComponent(did.split(':')[2] ?? '').replace(/:\d+$/, '')
