import { randomUUID } from 'node:crypto'
import { call, credential, kinds, said, type World } from './world.ts'

const context = ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld']

/** A credential message as the kit's issuer sends it: unsolicited, both credentials, the same holderPid over and over. */
export async function credentialMessage(world: World): Promise<object> {
  const credentials = await Promise.all(
    kinds.map(async type => ({
      credentialType: type,
      format: 'vc11-sl2021/jwt',
      payload: await credential(world, type, world.did),
    })),
  )
  return {
    '@context': context,
    type: 'CredentialMessage',
    issuerPid: randomUUID(),
    holderPid: 'the correlation id',
    status: 'ISSUED',
    credentials,
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

/** Brings both credentials into the connector's wallet. */
export async function seed(world: World): Promise<void> {
  const authorization = await said({ by: world.issuer, to: world.did })
  const body = await credentialMessage(world)
  const { status, body: answer } = await call(`${world.protocol}/dcp/credentials`, { authorization, body })
  if (status !== 200) throw new Error(`the wallet takes no credentials: ${JSON.stringify(answer)}`)
}
