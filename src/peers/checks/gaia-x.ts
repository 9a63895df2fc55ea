import type { Given, Patient } from '../patient.ts'
import { doubtful, type Finding, ill, skipped, well } from '../types.ts'

/** How things go wrong, in words. */
const words: Readonly<Record<string, string>> = {
  failed: 'does not succeed',
  refused: 'was refused',
  expired: 'has expired',
  revoked: 'was revoked by its issuer',
}

/** Whether what we say of ourselves in a Gaia-X ecosystem can be believed: those see it whose policies ask for a label. */
export async function gaiaX(_patient: Patient, { gaiaX: standingOf, now }: Given): Promise<Finding> {
  const standing = await standingOf?.()
  if (standing === undefined) return skipped('We say nothing in a Gaia-X ecosystem (gaiaX.mode).')
  const { level, labelWanted, certificateUntil, troubles } = standing
  if (certificateUntil <= now())
    return ill(
      'ours',
      `Our certificate has expired at ${certificateUntil.toISOString()}: nothing that we sign counts.`,
      'Have the key certified anew ("kontor gaia-x csr"), and set gaiaX.certificates.',
    )
  const [trouble] = troubles
  if (trouble !== undefined)
    return doubtful(
      'ours',
      `${trouble.about} (${trouble.task}) ${words[trouble.state] ?? trouble.state}, since ${trouble.since.toISOString()}${trouble.reason === null ? '' : `: ${trouble.reason.slice(0, 300)}`}.${troubles.length > 1 ? ` So it is with ${troubles.length - 1} more.` : ''}`,
      '"kontor gaia-x show" tells what to do next.',
    )
  if (labelWanted && level === undefined)
    return doubtful('ours', 'We have no label yet: offers that ask for one are not for us.', 'kontor gaia-x label')
  return well(level === undefined ? 'What we say of ourselves is in order.' : `We are labelled: ${level}.`)
}
