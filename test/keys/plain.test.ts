import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { json } from '../../src/db/index.ts'
import { signJwt, verifyJwt } from '../../src/keys/index.ts'
import { publicJwkOf } from '../../src/keys/public-key.ts'
import { testDatabase } from '../support/database.ts'
import { testKeys } from '../support/keys.ts'

const now = () => new Date('2026-01-01T00:00:00Z')

t.test(
  'private keys that former versions kept readable are sealed when a connector starts, and sign as before',
  async t => {
    const db = await testDatabase(t)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = privateKey.export({ format: 'jwk' })
    const { kid } = publicJwkOf(privateKey)
    await db.query(
      `insert into signing_key (kid, purpose, private_key, created_at, active_at) values ($1, 'edr', $2, $3, $3)`,
      [kid, json(jwk), now()],
    )
    const [keys] = await Promise.all([1, 2, 3].map(() => testKeys(db, now)))
    const ring = await keys?.ring('edr', { lifetime: 600_000 })
    if (ring === undefined) throw new Error('no keys')
    t.equal(ring.current().kid, kid)

    const rows = await db.query('select * from signing_key')
    t.equal(rows.length, 1)
    t.match(rows, [{ private_key: null, algorithm: 'ES256', keeper: 'database' }])
    t.notMatch(JSON.stringify(rows), jwk.d ?? 'd')

    const iat = now().getTime() / 1_000
    const claims = { iss: 'us', aud: 'us', sub: 's', jti: 'j', iat, exp: iat + 60 }
    const expected = { issuer: 'us', audience: 'us', type: 'at+jwt' }
    t.match(await verifyJwt(signJwt(claims, 'at+jwt', ring.current()), ring, expected, now()), claims)
  },
)
