import t, { type Test } from 'tap'
import { Secret } from '../../../src/config/index.ts'
import { createJsonLd, isJsonObject } from '../../../src/jsonld/index.ts'
import { giveAgreement } from '../../support/agreements.ts'
import { type Api, PEER_URL, startApi } from '../api.ts'

const V2 = 'https://w3id.org/edc/connector/management/v2'
const ODRL = 'http://www.w3.org/ns/odrl/2/'
const { expand } = createJsonLd()

const constraint = {
  leftOperand: 'https://w3id.org/edc/v0.0.1/ns/inForceDate',
  operator: 'gteq',
  rightOperand: '2026-01-01',
}
const richPolicy = {
  '@context': ['http://www.w3.org/ns/odrl.jsonld', { cx: 'https://w3id.org/catenax/policy/' }],
  '@type': 'Set',
  permission: [
    {
      action: 'use',
      constraint: [
        constraint,
        {
          or: [
            { leftOperand: 'spatial', operator: 'isAnyOf', rightOperand: ['DE', 'FR'] },
            { ...constraint, leftOperand: 'cx:Membership' },
          ],
        },
      ],
      duty: [{ action: 'inform' }],
    },
  ],
  prohibition: [{ action: 'distribute' }, { action: 'cx:access' }],
}
const richProperties = {
  name: 'Wind',
  'http://purl.org/dc/terms/title': 'Wind power',
  'http://purl.org/dc/terms/conformsTo': { '@id': 'https://standards.example/wind' },
  'http://www.w3.org/ns/dcat#theme': { 'http://purl.org/dc/terms/identifier': 'energy' },
  'https://example.org/ns#unit': ['MW', 'GW'],
  depth: 7,
}

/** Something of every kind, and the paths at which it is shown. */
async function fill(t: Test): Promise<{ api: Api; shown: readonly string[]; listed: readonly string[] }> {
  const api = await startApi(t)
  const dataAddress = {
    '@type': 'DataAddress',
    type: 'HttpData',
    baseUrl: 'http://127.0.0.1:9/',
    'header:x-key': 'swordfish',
  }
  const privateProperties = { 'https://example.org/ns#owner': 'us' }
  await api.call('POST', '/v3/assets', { '@id': 'wind', properties: richProperties, privateProperties, dataAddress })
  await api.call('POST', '/v3/policydefinitions', { '@id': 'rich', policy: richPolicy })
  const policies = { accessPolicyId: 'rich', contractPolicyId: 'rich', boundsPolicyId: 'rich' }
  const assetsSelector = { operandLeft: 'id', operator: '=', operandRight: 'wind' }
  await api.call('POST', '/v3/contractdefinitions', { '@id': 'offered', ...policies, assetsSelector })
  await api.secrets.create({ id: 'key', value: new Secret('swordfish') })

  const permission = [
    { action: 'use', constraint: [{ leftOperand: 'inForceDate', operator: 'gteq', rightOperand: '2026-01-01' }] },
  ]
  const ours = { role: 'consumer', participantId: 'us', counterparty: 'peer', datasetId: 'c1', permission } as const
  await giveAgreement(api.db, { ...ours, id: 'agreed', obligation: [{ action: 'inform' }] })
  await giveAgreement(api.db, { ...ours, id: 'retired' })
  await api.negotiations.retire('retired', 'over')
  const destination = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' }
  const asked = { counterPartyAddress: PEER_URL, protocol: 'dataspace-protocol-http', contractId: 'agreed' }
  const push = await api.call('POST', '/v3/transferprocesses', {
    ...asked,
    transferType: 'HttpData-PUSH',
    dataDestination: destination,
  })
  const pull = await api.call('POST', '/v3/transferprocesses', { ...asked, transferType: 'HttpData-PULL' })
  await api.settled()
  const [id, failed] = [pull.body['@id'], push.body['@id']]
  // Which of both was sent first nobody knows.
  const { peerPid: providerPid } = await api.transfers.get(id)
  await api.transfer(id, {
    '@type': 'TransferStartMessage',
    '@id': 'm',
    consumerPid: id,
    providerPid,
    dataAddress: edr,
  })
  await api.transfers.terminate(failed, 'enough')
  await api.settled()
  const negotiation = (await api.negotiations.agreement('agreed'))?.negotiationId
  return {
    api,
    shown: [
      '/assets/wind',
      '/policydefinitions/rich',
      '/contractdefinitions/offered',
      `/contractnegotiations/${negotiation}`,
      `/contractnegotiations/${negotiation}/state`,
      `/contractnegotiations/${negotiation}/agreement`,
      '/contractagreements/agreed',
      '/contractagreements/agreed/negotiation',
      `/transferprocesses/${id}`,
      `/transferprocesses/${id}/state`,
      `/transferprocesses/${failed}`,
      `/edrs/${id}/dataaddress`,
      '/secrets/key',
    ],
    listed: [
      '/assets/request',
      '/policydefinitions/request',
      '/contractdefinitions/request',
      '/contractnegotiations/request',
      '/contractagreements/request',
      '/contractagreements/retirements/request',
      '/transferprocesses/request',
      '/edrs/request',
    ],
  }
}

const edr = {
  '@type': 'DataAddress',
  endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
  endpoint: 'http://peer.example/public',
  endpointProperties: [{ '@type': 'EndpointProperty', name: 'authorization', value: 'token' }],
}

/** What an answer means, word by word. The parties of a policy are ids in v4's context and texts in v3's, as in the EDC. */
async function meaningOf(answer: unknown): Promise<unknown> {
  const nodes = await expand(answer)
  return sorted(nodes)
}

const parties: ReadonlySet<string> = new Set([`${ODRL}assigner`, `${ODRL}assignee`])

function sorted(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map(each => sorted(each, key))
  if (!isJsonObject(value)) return value
  if (parties.has(key)) return value['@id'] ?? value['@value']
  const entries = Object.entries(value).map(([name, inner]) => [name, sorted(inner, name)] as const)
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

t.test('what version 4 shows means what version 3 shows', async t => {
  const { api, shown, listed } = await fill(t)
  for (const path of shown) {
    const [three, four] = [await api.call('GET', `/v3${path}`), await api.call('GET', `/v4${path}`)]
    t.match([three.status, four.status], [200, 200], path)
    t.strictSame(await meaningOf(four.body), await meaningOf(three.body), path)
  }
  for (const path of listed) {
    const [three, four] = [await api.call('POST', `/v3${path}`), await api.call('POST', `/v4${path}`)]
    t.ok(four.body.length > 0, path)
    t.strictSame(await meaningOf(four.body), await meaningOf(three.body), path)
  }
  const [three, four] = [await api.call('GET', '/v3/dataplanes'), await api.call('GET', '/v4/dataplanes')]
  t.strictSame(await meaningOf(four.body), await meaningOf(three.body))
  t.match(await meaningOf(four.body), [{ '@type': ['https://w3id.org/edc/v0.0.1/ns/DataPlaneInstance'] }])
})

t.test(
  'every answer names the context of version 4, and no word in it has a prefix that it could do without',
  async t => {
    const { api, shown } = await fill(t)
    for (const path of shown) {
      const { body } = await api.call('GET', `/v4${path}`)
      t.strictSame(body['@context'], [V2], path)
      t.notMatch(JSON.stringify(body), /odrl:(permission|action|use|constraint|leftOperand)|edc:inForceDate/, path)
    }
  },
)

t.test('a policy is told in the words of the protocol, what there can be several of always as a list', async t => {
  const { api } = await fill(t)
  const { body } = await api.call('GET', '/v4/policydefinitions/rich')
  t.strictSame(body.policy, {
    '@id': 'rich',
    '@type': 'Set',
    permission: [
      {
        action: 'use',
        constraint: [
          { leftOperand: 'inForceDate', operator: 'gteq', rightOperand: '2026-01-01' },
          {
            or: [
              { leftOperand: 'odrl:spatial', operator: 'isAnyOf', rightOperand: ['DE', 'FR'] },
              {
                leftOperand: 'https://w3id.org/catenax/policy/Membership',
                operator: 'gteq',
                rightOperand: '2026-01-01',
              },
            ],
          },
        ],
        duty: [{ action: 'odrl:inform' }],
      },
    ],
    prohibition: [{ action: 'odrl:distribute' }, { action: 'https://w3id.org/catenax/policy/access' }],
    obligation: [],
  })
  const definition = await api.call('GET', '/v4/contractdefinitions/offered')
  t.strictSame(definition.body.assetsSelector, [
    { '@type': 'Criterion', operandLeft: 'id', operator: '=', operandRight: 'wind' },
  ])
})

t.test('an asset is told with the prefixes of the context', async t => {
  const { api } = await fill(t)
  const { body } = await api.call('GET', '/v4/assets/wind')
  t.strictSame(body.properties, {
    name: 'Wind',
    'dct:title': 'Wind power',
    conformsTo: 'https://standards.example/wind',
    'dcat:theme': { 'dct:identifier': 'energy' },
    'https://example.org/ns#unit': ['MW', 'GW'],
    depth: 7,
    id: 'wind',
  })
  t.match(body.dataAddress, { '@type': 'DataAddress', type: 'HttpData', 'header:x-key': '[secret]' })
})

t.test('what is shown can be sent again, and changes nothing', async t => {
  const { api } = await fill(t)
  for (const [path, put] of [
    ['/assets/wind', '/assets'],
    ['/policydefinitions/rich', '/policydefinitions/rich'],
    ['/contractdefinitions/offered', '/contractdefinitions'],
  ] as const) {
    const before = await api.call('GET', `/v4${path}`)
    t.match(await api.call('PUT', `/v4${put}`, before.body), { status: 204, body: undefined }, path)
    t.strictSame((await api.call('GET', `/v4${path}`)).body, before.body, path)
    t.strictSame((await api.call('GET', `/v4beta${path}`)).body, before.body, `${path}, by its former name`)
  }
})
