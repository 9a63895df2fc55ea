import { joinUrl } from '../../dsp/index.ts'
import { KontorError } from '../../errors.ts'
import { isProven } from '../find-peer.ts'
import type { Given, Patient } from '../patient.ts'
import { doubtful, type Finding, ill, skipped, well } from '../types.ts'
import { askVersions, isRootOf, ours, VERSION } from '../versions.ts'

/** Whether both speak one version of the protocol, and where its endpoints are. */
export async function versions(patient: Patient, given: Given): Promise<Finding> {
  const address = patient.address ?? ''
  try {
    patient.versions = await askVersions(address, given)
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    return ill(
      // Where a path was given, it may be the wrong one.
      new URL(address).pathname === '/' ? 'theirs' : 'between',
      error.message,
      'Check the address: it must be the root of a connector. On their side, a proxy must let /.well-known/dspace-version through.',
    )
  }
  const entry = ours(patient.versions)
  if (entry === undefined) {
    const spoken = patient.versions.versions.map(({ version }) => version.slice(0, 20)).join(', ') || 'none'
    return ill(
      'theirs',
      `They speak ${spoken} of the Dataspace Protocol, we speak ${VERSION}.`,
      `They have to offer version ${VERSION} by HTTPS.`,
    )
  }
  const announced = joinUrl(patient.versions.root, entry.path)
  const isRoot = isRootOf(patient.versions, address)
  patient.protocolUrl = isRoot ? announced : address
  if (!isRoot && announced !== address.replace(/\/+$/, ''))
    return doubtful(
      'ours',
      `Messages go to ${address}, but they announce ${announced}.`,
      `Use ${announced}, or just their root.`,
    )
  return well(`Both speak ${VERSION}; messages go to ${patient.protocolUrl}.`)
}

/** Whether both know participants in the same way. */
export async function authentication(patient: Patient, { checkup }: Given): Promise<Finding> {
  const auth = patient.versions && ours(patient.versions)?.auth
  if (checkup === undefined)
    return auth?.protocol === 'DCP'
      ? ill(
          'ours',
          'They know participants by DCP, we by static tokens.',
          'Set identity.mode to dcp here, or agree on tokens with them.',
        )
      : well('Participants are known by static tokens.')
  if (auth === undefined)
    return doubtful(
      'theirs',
      'They do not say how they know participants; we do by DCP.',
      'Ask them whether they speak DCP 1.0.',
    )
  if (auth.protocol !== 'DCP')
    return ill(
      'between',
      `They know participants by ${auth.protocol.slice(0, 40)}, we by DCP.`,
      'One side has to change how it knows participants.',
    )
  return well(`Both know participants by DCP${auth.version ? ` ${auth.version.slice(0, 20)}` : ''}.`)
}

/** Tokens are made for one moment: so far clocks may be apart, ms, before peers refuse them, and before one should look. */
const apart = { ill: 30_000, doubtful: 5_000 }

/** Whether the clocks agree. */
export async function clock({ versions }: Patient): Promise<Finding> {
  const skew = versions?.skew
  if (skew === undefined) return skipped('Their answer has no date.')
  const seconds = Math.round(Math.abs(skew) / 1_000)
  if (Math.abs(skew) < apart.doubtful) return well('Their clock agrees with ours.')
  const sentence = `Their clock is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} ours.`
  const advice = 'Compare both clocks with a time server, and run NTP on both sides.'
  return Math.abs(skew) < apart.ill
    ? doubtful('between', sentence, advice)
    : ill('between', `${sentence} Tokens are refused as expired, or as not valid yet.`, advice)
}

/** Whether they are who is meant. Without knowing that, nothing of ours is shown to them. */
export async function identity(patient: Patient, given: Given): Promise<Finding> {
  const claimed = (patient.versions && ours(patient.versions)?.serviceId)?.slice(0, 500)
  const { id, address = '' } = patient
  if (id !== undefined && claimed !== undefined && claimed !== id)
    return ill(
      'between',
      `They call themselves ${claimed}, not ${id}: our tokens would be for somebody else.`,
      `Use the id ${claimed} if that is whom you mean, else another address.`,
    )
  if (id !== undefined) return claimed ? well(`They call themselves ${id}.`) : skipped('They do not say who they are.')
  if (claimed === undefined)
    return ill('ours', 'They do not say who they are, and you did not.', 'Name them by their id as well.')
  if (!(await isProven(claimed, address, given)))
    return ill(
      'ours',
      `They say that they are ${claimed}, which nothing proves.`,
      'Name them by that id as well if you know that it is true.',
    )
  patient.id = claimed
  return well(`They are ${claimed}, as its DID document, or an earlier process, says, too.`)
}
