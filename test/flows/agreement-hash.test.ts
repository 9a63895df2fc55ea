import t from 'tap'
import { DSP_CONTEXT } from '../../src/dsp/index.ts'
import { createJsonLd, isJsonObject } from '../../src/jsonld/index.ts'
import { get } from '../../src/lab/api.ts'
import { type Policy, policyHash } from '../../src/policy/index.ts'
import { negotiate } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'
import { offer, useIf } from '../support/terms.ts'

interface Shown {
  readonly policyHash: string
  readonly agreement: Policy
}

const terms = useIf(
  { leftOperand: 'inForceDate', operator: 'lteq', rightOperand: 'contractAgreement+30d' },
  { leftOperand: 'urn:kontor:group', operator: 'isAnyOf', rightOperand: ['energy-partners', 'others'] },
)

t.test('both sides know an agreement by the same hash, which every JSON-LD spelling of it has', async t => {
  const lab = await startLab(t)
  await offer(lab.provider, { id: 'data', source: { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' }, terms })
  const path = `/v1/agreements/${encodeURIComponent(await negotiate(lab, 'data'))}`
  const [ours, theirs] = [await get<Shown>(lab.consumer, path), await get<Shown>(lab.provider, path)]
  t.match(ours.policyHash, /^[0-9a-f]{64}$/)
  t.equal(ours.policyHash, theirs.policyHash)

  const { connector } = lab.provider
  t.match(await connector.db.query('select policy_hash from agreement'), [{ policy_hash: ours.policyHash }], 'kept')
  t.same(await get(lab.provider, path), theirs, 'and shown again')

  const { agreement } = ours
  t.equal(await policyHash(await asOnTheWire(agreement), expand), ours.policyHash)
  t.not(await policyHash({ ...agreement, assignee: 'somebody else' } as Policy, expand), ours.policyHash)
})

const { expand, compact } = createJsonLd()

/** The agreement as a reader of the protocol's message understands it, in full IRIs. */
async function asOnTheWire(agreement: Policy): Promise<Policy> {
  const message = { '@context': [DSP_CONTEXT], '@type': 'ContractAgreementMessage', agreement }
  const [expanded] = await expand(message)
  const carried = expanded?.['https://w3id.org/dspace/2025/1/agreement']
  const [node] = Array.isArray(carried) ? carried : []
  if (!isJsonObject(node)) throw new Error('the message carries no agreement')
  return { '@context': {}, ...(await compact(node, {})) }
}
