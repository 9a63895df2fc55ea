import t from 'tap'
import { DCP_CONTEXT, type MessageName, message, parseMessage } from '../../../src/identity/credentials/messages.ts'
import { assertDcpValid, hasDcpSpec, readDcpExamples } from '../../support/dcp-spec.ts'

const context = { '@context': [DCP_CONTEXT] }

t.test('every example of the specification is understood, but one whose credentials are no JWT', async t => {
  if (!hasDcpSpec(t, 'understanding of examples')) return
  const examples = readDcpExamples().filter(({ body }) => body.type !== 'CredentialObject')
  t.ok(examples.length >= 9)
  for (const { name, body } of examples) {
    const parse = () => parseMessage(body.type as MessageName, body)
    if (name.endsWith('/credential-message.json'))
      t.throws(parse, { code: 'invalid', faults: [{ path: '/credentials/0/payload' }] })
    else t.same(parse(), body, name)
  }
})

const whole = {
  CredentialMessage: {
    ...context,
    type: 'CredentialMessage',
    issuerPid: 'i',
    holderPid: 'h',
    status: 'ISSUED',
    credentials: [{ credentialType: 'T', format: 'vc11-sl2021/jwt', payload: 'a.b.c' }],
  },
  CredentialOfferMessage: {
    ...context,
    type: 'CredentialOfferMessage',
    issuer: 'did:web:i',
    credentials: [{ id: 'x' }],
  },
  CredentialRequestMessage: {
    ...context,
    type: 'CredentialRequestMessage',
    holderPid: 'h',
    credentials: [{ id: 'x' }],
  },
  PresentationQueryMessage: { ...context, type: 'PresentationQueryMessage', scope: ['s'] },
  IssuerMetadata: { ...context, type: 'IssuerMetadata', issuer: 'did:web:i' },
} as const

/** One thing wrong with an otherwise good message, and the place that is blamed. */
// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [type: keyof typeof whole, what: string, changes: object, path: string])[] = [
  [ 'CredentialMessage',        'no context',                { '@context': undefined },                    '/@context'  ],
  [ 'CredentialMessage',        'another context',           { '@context': ['https://example.org'] },      '/@context'  ],
  [ 'CredentialMessage',        'another type',              { type: 'CredentialOfferMessage' },           '/type'      ],
  [ 'CredentialMessage',        'no holderPid',              { holderPid: undefined },                     '/holderPid' ],
  [ 'CredentialMessage',        'no issuerPid',              { issuerPid: null },                          '/issuerPid' ],
  [ 'CredentialMessage',        'an invented status',        { status: 'INVALID_STATUS' },                 '/status'    ],
  [ 'CredentialMessage',        'nothing issued',            { credentials: [] },                          '/credentials' ],
  [ 'CredentialMessage',        'a payload that is no JWT',  { credentials: [{ credentialType: 'T', format: 'f', payload: {} }] }, '/credentials/0/payload' ],
  [ 'CredentialOfferMessage',   'no issuer',                 { issuer: null },                             '/issuer'    ],
  [ 'CredentialOfferMessage',   'nothing offered',           { credentials: [] },                          '/credentials' ],
  [ 'CredentialRequestMessage', 'no credentials',            { credentials: undefined },                   '/credentials' ],
  [ 'CredentialRequestMessage', 'a credential without id',   { credentials: [{}] },                        '/credentials/0/id' ],
  [ 'PresentationQueryMessage', 'an empty scope',            { scope: [] },                                '/scope'     ],
  [ 'PresentationQueryMessage', 'neither of both',           { scope: undefined },                         ''           ],
  [ 'PresentationQueryMessage', 'null as its scope',         { scope: null },                              ''           ],
  [ 'PresentationQueryMessage', 'both',                      { presentationDefinition: { id: 'd', input_descriptors: [{ id: 'x', constraints: {} }] } }, '' ],
  [ 'PresentationQueryMessage', 'an empty definition',       { scope: undefined, presentationDefinition: {} }, '/presentationDefinition/id' ],
  [ 'PresentationQueryMessage', 'no descriptors',            { scope: undefined, presentationDefinition: { id: 'd', input_descriptors: [] } }, '/presentationDefinition/input_descriptors' ],
  [ 'PresentationQueryMessage', 'requirements we do not know', { scope: undefined, presentationDefinition: { id: 'd', input_descriptors: [{ id: 'x', constraints: {} }], submission_requirements: [] } }, '/presentationDefinition/submission_requirements' ],
]

for (const [type, what, changes, path] of wrong)
  t.test(`a ${type} with ${what} is refused, and the place is named`, async t => {
    t.doesNotThrow(() => parseMessage(type, whole[type]))
    const body = JSON.parse(JSON.stringify({ ...whole[type], ...changes }))
    t.throws(() => parseMessage(type, body), { code: 'invalid', status: 400, faults: [{ path }] })
  })

t.test('what is null counts as not there', async t => {
  t.doesNotThrow(() =>
    parseMessage('PresentationQueryMessage', { ...whole.PresentationQueryMessage, presentationDefinition: null }),
  )
  t.doesNotThrow(() =>
    parseMessage('CredentialMessage', {
      ...whole.CredentialMessage,
      status: 'REJECTED',
      credentials: null,
      rejectionReason: null,
    }),
  )
})

t.test('a body that is no object is refused', async t => {
  for (const body of [undefined, null, [], 'x', 7])
    t.throws(() => parseMessage('IssuerMetadata', body), { code: 'invalid' })
})

t.test('what we send is valid by the specification', async t => {
  assertDcpValid(t, message('CredentialRequestMessage', { holderPid: 'h', credentials: [{ id: 'x' }] }))
  assertDcpValid(t, message('CredentialStatus', { issuerPid: 'i', holderPid: 'h', status: 'RECEIVED' }))
  assertDcpValid(t, message('CredentialMessage', { issuerPid: 'i', holderPid: 'h', status: 'REJECTED' }))
  assertDcpValid(t, message('PresentationResponseMessage', { presentation: ['a.b.c'] }))
})
