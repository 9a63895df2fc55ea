import { KontorError } from '../../errors.ts'
import { Rejection } from '../../identity/index.ts'
import type { Given, Patient } from '../patient.ts'
import { doubtful, type Finding, ill, skipped, well } from '../types.ts'

const byTokens = skipped('Participants are known by static tokens here.')

/** Their DID document: whether it can be had, and has a key to sign with. */
export async function didDocument({ id = '', address = '' }: Patient, { checkup }: Given): Promise<Finding> {
  if (!checkup) return byTokens
  try {
    const { methods, services } = await checkup.resolve(id)
    if (!methods.some(({ key, uses }) => key && uses.has('capabilityInvocation')))
      return ill(
        'theirs',
        `The DID document of ${id} has no key for capabilityInvocation that we can use.`,
        'They have to list the key that signs their tokens there; see also identity.dcp.relationships.',
      )
    const service = services.find(({ types }) => types.includes('DataService'))
    if (service && URL.canParse(service.endpoint) && new URL(service.endpoint).origin !== new URL(address).origin)
      return doubtful(
        'theirs',
        `Their DID document says that they are reached at ${new URL(service.endpoint).origin}, not at ${new URL(address).origin}.`,
        'Use that address, or ask which is right.',
      )
    return well('Their DID document is there, with a key to sign by.')
  } catch (error) {
    return rejected(
      error,
      'theirs',
      'Their DID document must be found where the DID says, by HTTPS, without a redirect.',
    )
  }
}

/** Statuses by which a credential service says that it is one, and wants to know who asks. */
const guarded = new Set([400, 401, 403, 415, 422])

/** Their credential service: whether it is where their DID document says. It is asked without a token, and should refuse. */
export async function credentialService({ id = '' }: Patient, { checkup, request }: Given): Promise<Finding> {
  if (!checkup) return byTokens
  const mend = 'They have to name their credential service in their DID document, and let it be reached from outside.'
  try {
    const { services } = await checkup.resolve(id)
    const service = services.find(({ types }) => types.includes('CredentialService'))
    if (service === undefined)
      return ill(
        'theirs',
        `The DID document of ${id} names no CredentialService: nobody can ask what is attested about them.`,
        mend,
      )
    const url = `${service.endpoint.replace(/\/+$/, '')}/presentations/query`
    const { status } = await request({ method: 'POST', url, body: {} })
    if (guarded.has(status)) return well('Their credential service answers.')
    return ill('theirs', `Their credential service answers ${status} where presentations are asked for.`, mend)
  } catch (error) {
    if (error instanceof KontorError) return ill('theirs', `Their credential service: ${error.message}`, mend)
    return rejected(error, 'theirs', mend)
  }
}

/** Our DID document as others find it. */
export async function ownDidDocument(_: Patient, { checkup, participantId, urls }: Given): Promise<Finding> {
  if (!checkup) return byTokens
  try {
    const { services } = await checkup.resolve(participantId)
    const { protocol } = urls()
    const elsewhere = services.find(
      ({ endpoint }) => URL.canParse(endpoint) && new URL(endpoint).origin !== new URL(protocol).origin,
    )
    if (elsewhere)
      return ill(
        'ours',
        `Our DID document names ${new URL(elsewhere.endpoint).origin}, but we are at ${new URL(protocol).origin}.`,
        'What is served for the DID is not ours as it is now: serve the one of this connector, or correct protocol.publicUrl.',
      )
    return well('Our DID document is found where our DID says.')
  } catch (error) {
    return rejected(
      error,
      'ours',
      'Peers need it to verify us: make the host of our DID lead to this connector, by HTTPS.',
    )
  }
}

/** A token of ours, judged as the peer would: by our DID document from outside, and by its clock. */
export async function ownToken({ id, versions }: Patient, { checkup, now, authorize }: Given): Promise<Finding> {
  if (id === undefined) return skipped('Without knowing who they are no token is made.')
  try {
    if (!checkup) {
      await authorize(id)
      return well(`We have a token to show to ${id}.`)
    }
    await checkup.judgeToken(id, new Date(now().getTime() + (versions?.skew ?? 0)))
    return well('A token of ours passes: signature, audience, times, and the key in our DID document.')
  } catch (error) {
    if (error instanceof KontorError)
      return ill('ours', error.message, 'Peers must be known by what they are shown: see the guide to identity.')
    if (error instanceof Rejection && /^token-(?:expired|not-yet-valid)$/.test(error.code))
      return ill(
        'between',
        'By their clock, a token of ours has expired, or is not valid yet.',
        'Compare both clocks with a time server.',
      )
    if (error instanceof Rejection && error.code.startsWith('key-'))
      return ill(
        'ours',
        `The key that signs our tokens is not in our DID document as others find it: ${error.message}`,
        'Serve the DID document of this connector, and nothing older; after a rotation wait until caches have forgotten the former.',
      )
    return rejected(error, 'ours', 'Our DID document must be found, and have the key that signs our tokens.')
  }
}

function rejected(error: unknown, side: 'ours' | 'theirs', advice: string): Finding {
  if (error instanceof Rejection) return ill(side, error.message, advice)
  throw error
}
