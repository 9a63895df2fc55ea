import t from 'tap'
import { readCredential } from '../../../src/identity/credentials/read-credential.ts'
import { decodeCompact, readPublicKey, verifyCompact } from '../../../src/keys/index.ts'
import { assertDcpValid } from '../../support/dcp-spec.ts'
import { definition, issuerWorld, requestMessage } from './world.ts'

t.test('who is entitled asks, is answered where to look, and gets the credentials in one message', async t => {
  const second = definition({ id: 'quality', type: 'QualityCredential', claims: {}, status: [] })
  const world = await issuerWorld(t, { definitions: [definition(), second] })
  const { alice, us, delivered, jobs } = world
  const asked = await world.ask({ ids: ['membership', 'quality'] })
  t.equal(asked.status, 201)
  await jobs.drained()

  t.equal(delivered.length, 1)
  const [{ token, body } = { token: '', body: {} }] = delivered
  assertDcpValid(t, body)
  t.match(body, { type: 'CredentialMessage', status: 'ISSUED', holderPid: 'holder-pid' })
  t.equal(asked.location, `${world.base}/requests/${body.issuerPid}`)
  t.match(decodeCompact(token).payload, { iss: us.did, sub: us.did, aud: alice.did })
  const [membership, quality] = body.credentials
  t.match(membership, { credentialType: 'MembershipCredential', format: 'vc11-sl2021/jwt' })
  t.match(quality, { credentialType: 'QualityCredential', format: 'vc11-sl2021/jwt' })
  verifyCompact(membership.payload, readPublicKey(us.signer.publicJwk), ['ES256'])
  t.match(readCredential(membership.payload), {
    issuer: us.did,
    types: ['MembershipCredential'],
    subjects: [{ id: alice.did, memberOf: 'Hansa', city: 'Lübeck' }],
  })
})

type World = Awaited<ReturnType<typeof issuerWorld>>

/** The holder takes nothing until it is told to, however often it is tried meanwhile. */
function holdOff({ answers }: World): () => void {
  answers.push(...Array(1_000).fill(503))
  return () => {
    answers.length = 0
  }
}

t.test('the status of a request says what the holder has', async t => {
  const world = await issuerWorld(t)
  const letTake = holdOff(world)
  const { location } = await world.ask()
  const before = await world.call('GET', location, { token: await world.token() })
  assertDcpValid(t, before.body)
  t.match(before.body, { type: 'CredentialStatus', holderPid: 'holder-pid', status: 'RECEIVED' })
  letTake()
  while ((await world.db.query('select from job')).length > 0) await world.jobs.drained()
  t.match(await world.call('GET', location, { token: await world.token() }), {
    status: 200,
    body: { status: 'ISSUED' },
  })
})

t.test('nobody else may ask about a request, and nobody learns whether there is one', async t => {
  const world = await issuerWorld(t)
  const { location } = await world.ask()
  const token = () => world.token(world.mallory)
  const foreign = await world.call('GET', location, { token: await token() })
  const none = await world.call('GET', '/requests/not-exist', { token: await token() })
  t.match(foreign, { status: 404, body: { code: 'not-found' } })
  t.match(none, { status: 404, body: { code: 'not-found' } })
})

t.test(
  'the token that opens the credential service comes back with the credentials, and is sealed until then',
  async t => {
    const world = await issuerWorld(t)
    const letTake = holdOff(world)
    await world.ask({ token: await world.token(world.alice, { token: 'opaque' }) })
    const stored = () =>
      world.db.query<{ access: Buffer | null; claims: Buffer | null }>(
        'select access, claims from issuance_request r join issued_credential on request_id = r.id',
      )
    const [sealed] = await stored()
    t.match(sealed?.access?.toString(), /^issuance_request /)
    t.match(sealed?.claims?.toString(), /^issued_credential urn:uuid:/)
    while (world.delivered.length === 0) await new Promise(setImmediate)
    letTake()
    while ((await world.db.query('select from job')).length > 0) await world.jobs.drained()
    t.ok(world.delivered.length > 1)
    t.ok(world.delivered.every(({ token }) => decodeCompact(token).payload.token === 'opaque'))
    t.match(await stored(), [{ access: null, claims: null }], 'what is delivered is forgotten')
  },
)

/** One thing wrong with an otherwise perfect request: the token, what is logged, the answer. */
// biome-ignore format: a table is read by its columns
const tokens: readonly (readonly [what: string, reason: string, token: (world: World) => Promise<string>])[] = [
  [ 'signed by another key',    'token-signature',     w => w.token({ ...w.mallory, did: w.alice.did, kid: w.alice.kid }) ],
  [ 'that has expired',         'token-expired',       w => w.token(w.alice, { exp: w.now().getTime() / 1_000 - 60 })     ],
  [ 'issued in the future',     'token-not-yet-valid', w => w.token(w.alice, { iat: w.now().getTime() / 1_000 + 60 })     ],
  [ 'not valid yet',            'token-not-yet-valid', w => w.token(w.alice, { nbf: w.now().getTime() / 1_000 + 60 })     ],
  [ 'for another audience',     'token-audience',      w => w.token(w.alice, { aud: w.mallory.did })                      ],
  [ 'of two parties',           'token-issuer',        w => w.token(w.alice, { iss: w.mallory.did })                      ],
]

for (const [what, reason, make] of tokens)
  t.test(`with a token ${what} nothing is asked for and nothing is told`, async t => {
    const world = await issuerWorld(t)
    t.match(await world.ask({ token: await make(world) }), { status: 401, body: { code: 'unauthenticated' } })
    const { location } = await world.ask()
    t.match(await world.call('GET', location, { token: await make(world) }), { status: 401 })
    t.same(world.rejected, [reason, reason])
    t.equal((await world.issuer.listRequests({ limit: 9, offset: 0 })).length, 1)
  })

t.test('a token is for one request', async t => {
  const world = await issuerWorld(t)
  const token = await world.token()
  const { status, location } = await world.ask({ token })
  t.equal(status, 201)
  t.equal((await world.ask({ token })).status, 401)
  const again = await world.token()
  t.equal((await world.call('GET', location, { token: again })).status, 200)
  t.equal((await world.call('GET', location, { token: again })).status, 401)
  t.same(world.rejected, ['token-replayed', 'token-replayed'])
})

t.test('without a token, or without the word Bearer, nothing is asked for', async t => {
  const world = await issuerWorld(t)
  const post = (headers: Record<string, string>) =>
    fetch(`${world.base}/credentials`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(requestMessage()),
    })
  t.equal((await post({})).status, 401)
  t.equal((await post({ authorization: await world.token() })).status, 401)
  t.same(world.rejected, ['token-missing', 'token-missing'])
})

// biome-ignore format: a table is read by its columns
const bodies: readonly (readonly [what: string, body: object, status: number, place: string | undefined])[] = [
  [ 'no holderPid',                { ...requestMessage(), holderPid: undefined },    400, '/holderPid'   ],
  [ 'no credentials',              { ...requestMessage(), credentials: undefined },  400, '/credentials' ],
  [ 'another type',                { ...requestMessage(), type: 'CredentialMessage' }, 400, '/type'      ],
  [ 'a credential nobody issues',  requestMessage(['nobility']),                     400, undefined      ],
]

for (const [what, body, status, place] of bodies)
  t.test(`a request with ${what} is refused, and the place is named`, async t => {
    const world = await issuerWorld(t)
    const answer = await world.ask({ body })
    t.match(answer, { status, body: { code: 'invalid', ...(place && { faults: [{ path: place }] }) } })
    t.same(await world.issuer.listRequests({ limit: 9, offset: 0 }), [])
  })

t.test('who is not entitled is told so at once, and leaves nothing behind', async t => {
  const world = await issuerWorld(t)
  const answer = await world.ask({ token: await world.token(world.mallory) })
  t.match(answer, { status: 403, body: { code: 'forbidden', detail: /not among the holders/ } })
  t.same(await world.issuer.listRequests({ limit: 9, offset: 0 }), [])
})

t.test('the same request again, while the first is open, is the first; later it is another', async t => {
  const world = await issuerWorld(t)
  const letTake = holdOff(world)
  const [one, two] = await Promise.all([world.ask(), world.ask()])
  t.equal(one?.location, two?.location)
  letTake()
  while ((await world.db.query('select from job')).length > 0) await world.jobs.drained()
  t.equal((await world.issuer.listCredentials({ limit: 9, offset: 0 })).length, 1)
  const three = await world.ask()
  t.not(three.location, one?.location)
  t.equal((await world.issuer.listCredentials({ limit: 9, offset: 0 })).length, 2)
})

const byPerson = [definition({ approval: 'person' })]

t.test('where a person decides, a stranger may ask, and waits', async t => {
  const world = await issuerWorld(t, { definitions: byPerson, holders: [] })
  const { location } = await world.ask()
  const id = location.split('/').at(-1) ?? ''
  await world.jobs.drained()
  t.same(world.delivered, [])
  t.match(await world.call('GET', location, { token: await world.token() }), { body: { status: 'RECEIVED' } })

  await t.rejects(world.issuer.requests.approve(id), { code: 'conflict', message: /Nothing is known for city/ })
  await world.issuer.requests.approve(id, { city: 'Visby' })
  await world.jobs.drained()
  t.match(readCredential(world.delivered[0]?.body.credentials[0].payload), { subjects: [{ city: 'Visby' }] })
  await t.rejects(world.issuer.requests.approve(id), { code: 'conflict', message: /APPROVED already/ })
  await t.rejects(world.issuer.requests.reject(id, 'no'), { code: 'conflict' })
  t.match(
    world.happened.map(({ what, by }) => [what, by]),
    [['waiting', 'rule'], ['approved', 'operator'], ['delivered']],
  )
})

t.test('a refusal is brought to the holder, with its reason', async t => {
  const world = await issuerWorld(t, { definitions: byPerson })
  const { location } = await world.ask()
  await world.issuer.requests.reject(location.split('/').at(-1) ?? '', 'your fee is not paid')
  await world.jobs.drained()
  const [message] = world.delivered
  assertDcpValid(t, message?.body)
  t.match(message?.body, { status: 'REJECTED', rejectionReason: 'your fee is not paid' })
  t.notOk('credentials' in (message?.body ?? {}))
  t.match(await world.call('GET', location, { token: await world.token() }), { body: { status: 'REJECTED' } })
})

t.test('one holder cannot fill the list of what waits', async t => {
  const world = await issuerWorld(t, { definitions: byPerson, holders: [] })
  const statuses = []
  for (let i = 0; i < 21; i++)
    statuses.push((await world.ask({ body: requestMessage(['membership'], `pid-${i}`) })).status)
  t.same(statuses, [...Array(20).fill(201), 429])
})

t.test('strangers together cannot fill it either, and those who are known are still let in', async t => {
  const world = await issuerWorld(t, { definitions: byPerson })
  await world.db.query(
    `insert into issuance_request (id, holder, holder_pid, definitions, state, created_at, updated_at)
     select n, 'did:jwk:' || n, 'pid', '{membership}', 'WAITING', now(), now() from generate_series(1, 500) n`,
  )
  t.equal((await world.ask({ token: await world.token(world.mallory) })).status, 429)
  t.equal((await world.ask()).status, 201)
})

t.test('a holder who cannot be reached has so many requests open, and no more', async t => {
  const world = await issuerWorld(t)
  world.host.put('/alice/cs/credentials', (_, response) => void response.writeHead(503).end())
  const statuses = []
  for (let i = 0; i < 21; i++)
    statuses.push((await world.ask({ body: requestMessage(['membership'], `pid-${i}`) })).status)
  t.same(statuses, [...Array(20).fill(201), 429])
})

t.test('a request that does not exist can be neither approved nor rejected', async t => {
  const { issuer } = await issuerWorld(t)
  await t.rejects(issuer.requests.approve('none'), { code: 'not-found' })
  await t.rejects(issuer.requests.reject('none', 'no'), { code: 'not-found' })
})
