import { randomUUID } from 'node:crypto'
import { call, credential, kinds, said, type World } from './world.ts'

const context = ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld']

/** A credential on its way to its holder. */
export interface Container {
  readonly credentialType: string
  readonly format: string
  readonly payload: string
}

/** The credentials that the kit's issuer brings. */
const bothOf = (world: World): Promise<readonly Container[]> =>
  Promise.all(
    kinds.map(async type => ({
      credentialType: type,
      format: 'vc11-sl2021/jwt',
      payload: await credential(world, type, world.did),
    })),
  )

/** A credential message as the kit's issuer sends it: unsolicited, both credentials, the same holderPid over and over. */
export async function credentialMessage(world: World, credentials?: readonly Container[]): Promise<object> {
  return {
    '@context': context,
    type: 'CredentialMessage',
    issuerPid: randomUUID(),
    holderPid: 'the correlation id',
    status: 'ISSUED',
    credentials: credentials ?? (await bothOf(world)),
  }
}

/** A credential offer as the kit's issuer sends it. */
export const offerMessage = ({ issuer }: World): object => ({
  '@context': context,
  type: 'CredentialOfferMessage',
  issuer: issuer.did,
  credentials: [
    {
      id: randomUUID(),
      type: 'CredentialObject',
      credentialType: 'MembershipCredential',
      offerReason: 'reissue',
      bindingMethods: ['did:web:'],
      profile: 'vc11-sl2021/jwt',
      issuancePolicy: {},
    },
  ],
})

/** Brings credentials into the connector's wallet: both, unless others are given. */
export async function seed(world: World, credentials?: readonly Container[]): Promise<void> {
  const authorization = await said({ by: world.issuer, to: world.did })
  const body = await credentialMessage(world, credentials)
  const { status, body: answer } = await call(`${world.protocol}/dcp/credentials`, { authorization, body })
  if (status !== 200) throw new Error(`the wallet takes no credentials: ${JSON.stringify(answer)}`)
}
