import t from 'tap'
import { startApi } from '../api.ts'

const context = ['https://w3id.org/edc/connector/management/v2']
const within = {
  leftOperand: 'https://w3id.org/edc/v0.0.1/ns/inForceDate',
  operator: 'gteq',
  rightOperand: '2026-01-01',
}
const often = { leftOperand: 'count', operator: 'lteq', rightOperand: 3 }

async function withPolicy(t: Parameters<typeof startApi>[0], policy: object) {
  const api = await startApi(t)
  const body = { '@id': 'p', policy: { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set', ...policy } }
  t.equal((await api.call('POST', '/v3/policydefinitions', body)).status, 200)
  const plan = async (version: string, policyScope: string) =>
    (
      await api.call('POST', `/${version}/policydefinitions/p/evaluationplan`, {
        '@context': version === 'v3' ? { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } : context,
        '@type': 'PolicyEvaluationPlanRequest',
        policyScope,
      })
    ).body
  return { api, plan }
}

t.test('a policy is validated: whether all of it can be judged here', async t => {
  const { api } = await withPolicy(t, { permission: [{ action: 'use', constraint: [within] }] })
  for (const version of ['v3', 'v4'])
    t.match((await api.call('POST', `/${version}/policydefinitions/p/validate`)).body, {
      '@type': 'PolicyValidationResult',
      isValid: true,
      errors: [],
    })
  const policy = {
    '@context': 'http://www.w3.org/ns/odrl.jsonld',
    '@type': 'Set',
    permission: [{ action: 'use', constraint: [{ ...within, leftOperand: 'https://example.org/mood' }] }],
  }
  await api.call('PUT', '/v3/policydefinitions/p', { policy })
  const fault =
    '/permission/0/constraint/0: the left operand https://example.org/mood is not one that can be judged here'
  t.match((await api.call('POST', '/v3/policydefinitions/p/validate')).body, { isValid: false, errors: fault })
  t.match((await api.call('POST', '/v4/policydefinitions/p/validate')).body, { isValid: false, errors: [fault] })
  t.equal((await api.call('POST', '/v4/policydefinitions/none/validate')).status, 404)
})

t.test('the plan of a policy tells what it will be judged by, and what is passed over in a scope', async t => {
  const { plan } = await withPolicy(t, {
    permission: [{ action: 'use', constraint: [within, { or: [often, within] }], duty: [{ action: 'inform' }] }],
    prohibition: [{ action: 'https://example.org/gossip' }],
  })
  const four = await plan('v4', 'catalog')
  t.strictSame(Object.keys(four), [
    '@type',
    'preValidators',
    'permissionSteps',
    'prohibitionSteps',
    'obligationSteps',
    'postValidators',
    '@context',
  ])
  const judged = {
    '@type': 'AtomicConstraintStep',
    isFiltered: false,
    filteringReasons: [],
    functionName: 'https://w3id.org/edc/v0.0.1/ns/inForceDate',
    functionParams: ['https://w3id.org/edc/v0.0.1/ns/inForceDate', 'gteq', '2026-01-01'],
  }
  t.strictSame(four.permissionSteps, [
    {
      '@type': 'PermissionStep',
      isFiltered: false,
      filteringReasons: [],
      ruleFunctions: [],
      constraintSteps: [
        judged,
        {
          '@type': 'OrConstraintStep',
          constraintSteps: [
            {
              ...judged,
              isFiltered: true,
              filteringReasons: ['count is not judged at this stage'],
              functionName: 'http://www.w3.org/ns/odrl/2/count',
              functionParams: ['count', 'lteq', '3'],
            },
            judged,
          ],
        },
      ],
      dutySteps: [
        { '@type': 'DutyStep', isFiltered: false, filteringReasons: [], ruleFunctions: [], constraintSteps: [] },
      ],
    },
  ])
  t.match(four.prohibitionSteps, [{ isFiltered: true, filteringReasons: [/gossip means is not known here/] }])
  t.match((await plan('v4', 'policy.monitor')).permissionSteps[0].constraintSteps[1].constraintSteps[0], {
    isFiltered: false,
  })
  t.match((await plan('v4', 'no.such.scope')).permissionSteps[0].constraintSteps[0], { isFiltered: true })

  const three = await plan('v3', 'catalog')
  t.match(three.permissionSteps, { '@type': 'PermissionStep', dutySteps: { '@type': 'DutyStep' }, ruleFunctions: [] })
})

t.test('a plan is made for a scope, and for a policy that there is', async t => {
  const { api } = await withPolicy(t, { permission: [{ action: 'use' }] })
  t.match(await api.call('POST', '/v3/policydefinitions/p/evaluationplan', {}), {
    status: 400,
    body: [{ path: 'https://w3id.org/edc/v0.0.1/ns/policyScope' }],
  })
  t.equal((await api.call('POST', '/v3/policydefinitions/none/evaluationplan', { policyScope: 'catalog' })).status, 404)
})
