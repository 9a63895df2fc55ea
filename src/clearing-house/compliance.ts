import type { Anchors } from './chain.ts'
import { breaches, type Level, type Matter, typesOf } from './criteria.ts'
import { graphOf } from './graph.ts'
import type { Identity } from './identity.ts'
import { type LabelForm, labelFor } from './label.ts'
import { short } from './namespaces.ts'
import { type Broken, malformed, Refusal } from './refusal.ts'
import { createJudge, isKnown } from './shapes.ts'
import { checkStatus } from './status.ts'
import type { StatusList } from './status-list.ts'
import { type Credential, envelopesOf, openDesk, verifyCredential, verifyPresentation } from './tokens.ts'

const MOST_CREDENTIALS = 200

/** Gives labels: `vp+jwt` in, a label as `vc+jwt` out. */
export type Compliance = (presentation: string, level: Level, id: string) => Promise<string>

/**
 * The engine: each signature with its issuer, certificates and status; then the shapes of what is said; then the criteria of the level. All that
 * breaks a rule is told at once, within each of these steps.
 */
export function createCompliance(given: {
  identity: Identity
  trusted: Matter['trusted']
  anchors: Anchors
  now: () => Date
  days: number
  form: () => LabelForm
  statuses: StatusList
}): Compliance {
  const { identity, trusted, anchors, now, days, form, statuses } = given
  const judge = createJudge()

  return async (token, level, id) => {
    if (!URL.canParse(id)) throw malformed('vcid', id, 'it must be an absolute URL: the id of the label')
    const at = now()
    const desk = openDesk(anchors, at)
    const presentation = await verifyPresentation(token, desk)
    const envelopes = envelopesOf(presentation)
    if (envelopes.length > MOST_CREDENTIALS)
      throw malformed('verifiableCredential', presentation.id, `there are more than ${MOST_CREDENTIALS}`)
    const credentials = await Promise.all(envelopes.map(each => verifyCredential(each, desk)))
    checkIds([presentation.id, ...credentials.map(each => each.id), id])
    await Promise.all(credentials.map(each => checkStatus(each, at)))

    const graph = await graphOf(credentials)
    refuseIfAny(unknownTypes(credentials, graph))
    refuseIfAny(await judge(graph))
    refuseIfAny(breaches({ presentation, credentials, graph, trusted }, level))
    const label = { id, issuer: identity.did, level, credentials, graph, now: at, days, form: form() }
    return identity.sign({ ...labelFor(label), credentialStatus: statuses.place(id) })
  }
}

function refuseIfAny(broken: readonly Broken[]): void {
  if (broken.length > 0) throw new Refusal(409, broken)
}

/** Something that no shape describes would pass unseen. */
function unknownTypes(credentials: readonly Credential[], graph: Matter['graph']): readonly Broken[] {
  return credentials.flatMap(({ id, subjects }) =>
    subjects
      .map(subject => typesOf(String(subject.id), graph))
      .filter(types => types.length === 0 || !types.every(isKnown))
      .map(types => ({
        rule: 'shapes',
        where: id,
        message:
          types.length === 0 ? 'its subject has no type' : `there is no shape for ${types.map(short).join(', ')}`,
      })),
  )
}

function checkIds(ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined)
    throw malformed('id', twice, 'presentation, credentials and label must each have an id of its own')
}
