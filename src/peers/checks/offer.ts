import { KontorError } from '../../errors.ts'
import { credentialTypesOf, evaluate, normalisePolicy, type Policy } from '../../policy/index.ts'
import type { Given, Patient } from '../patient.ts'
import { type Finding, ill, skipped, well } from '../types.ts'

/** Whether a dataset is still on offer to us, under the offer that is meant, and at this time. */
export async function offer(patient: Patient, { catalogClient, now, participantId }: Given): Promise<Finding> {
  const { id = '', protocolUrl = '', question } = patient
  const { dataset, offer: wanted } = question
  if (dataset === undefined) return skipped('No dataset was named.')
  const offers = await offersOf(() => catalogClient.requestDataset({ counterparty: id, address: protocolUrl }, dataset))
  if (!Array.isArray(offers))
    return ill('theirs', `${dataset} cannot be had: ${offers}`, 'See with "kontor get catalog" what they offer us.')
  const chosen = wanted === undefined ? offers : offers.filter(each => each['@id'] === wanted)
  if (chosen.length === 0)
    return ill(
      'theirs',
      wanted === undefined
        ? `${dataset} has no offer for us.`
        : `The offer ${wanted} for ${dataset} is no longer made.`,
      'Take an offer from their catalogue as it is now.',
    )
  patient.terms = chosen
  const over = chosen.filter(policy => isOver(policy, participantId, now()))
  if (over.length === chosen.length)
    return ill(
      'theirs',
      `The terms of ${dataset} are bound to a time that is over, or has not begun.`,
      'Ask them for an offer that holds now.',
    )
  return well(`${dataset} is on offer${wanted === undefined ? '' : ' under that offer'}.`)
}

async function offersOf(ask: () => Promise<Readonly<Record<string, unknown>>>): Promise<readonly Policy[] | string> {
  try {
    const { hasPolicy = [] } = await ask()
    return [hasPolicy].flat().map(each => normalisePolicy(Object(each)))
  } catch (error) {
    if (error instanceof KontorError) return error.message.slice(0, 500)
    throw error
  }
}

const TIME = /(?:^|[/#:])(?:dateTime|inForceDate)$/

/** Whether nothing but a condition on the time stands against it: what else they want to know of us is theirs to judge. */
function isOver(policy: Policy, participantId: string, now: Date): boolean {
  const report = evaluate(
    policy,
    { action: 'use', participant: { id: participantId, claims: {} }, stage: 'negotiation' },
    { now },
  )
  return report.rules.some(
    ({ kind, premises }) =>
      kind === 'permission' &&
      premises.some(
        premise => premise.kind === 'constraint' && premise.outcome === 'unsatisfied' && TIME.test(premise.leftOperand),
      ),
  )
}

/** Whether we hold the credentials that all are asked for, and those that the terms look into. */
export async function credentials({ terms = [] }: Patient, { checkup, now }: Given): Promise<Finding> {
  if (!checkup) return skipped('Participants are known by static tokens here: nobody asks for credentials.')
  const held = (await checkup.held()).filter(({ validUntil }) => validUntil === null || validUntil > now())
  const wanted = [...new Set([...checkup.required, ...terms.flatMap(each => credentialTypesOf(each as Policy))])]
  const missing = wanted.filter(
    type => !held.some(({ types }) => types.some(each => each === type || short(each) === short(type))),
  )
  if (missing.length > 0)
    return ill(
      'ours',
      `We hold no valid ${missing.join(', ')}, which they will ask for.`,
      `kontor credentials request ISSUER ${missing.join(' ')}`,
    )
  const scopes = checkup.scopesFor(terms as readonly Policy[])
  return well(
    `We hold what they will ask for (${wanted.join(', ') || 'nothing'}), and let them see it: ${scopes.join(', ') || 'no scope'}.`,
  )
}

const short = (type: string): string => type.replace(/^.*[/#:]/, '')
