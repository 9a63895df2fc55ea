import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type Config, Secret } from '../../src/config/index.ts'
import type { Database } from '../../src/db/index.ts'
import { openKeys } from '../../src/keys/index.ts'
import { get, post } from '../../src/lab/api.ts'
import type { Part } from '../../src/lab/cast.ts'
import { beginTransfer, negotiate, openShop, otherPath } from '../support/deals.ts'
import { dump } from '../support/dump.ts'
import { privateKeyOf } from '../support/keys.ts'
import { startLab } from '../support/lab.ts'

/** A secret in the spellings in which it might slip out; of binary ones every encoding. */
const spellings = (secret: string | Buffer): readonly string[] =>
  typeof secret === 'string'
    ? [secret]
    : [secret.toString('base64'), secret.toString('base64url'), secret.toString('hex')]

/** The private keys of a connector, as an attacker would like to find them. */
async function privateKeys(db: Database, config: Config): Promise<Buffer[]> {
  const keys = await openKeys({ db, settings: config, now: () => new Date() })
  const found = await Promise.all(
    (['edr', 'identity', 'credentials'] as const).map(async purpose => {
      const key = privateKeyOf((await keys.ring(purpose, { lifetime: 0 })).current())
      const { d = '' } = key.export({ format: 'jwk' })
      return [Buffer.from(d, 'base64url'), key.export({ type: 'pkcs8', format: 'der' })]
    }),
  )
  keys.close()
  return found.flat()
}

const sourceKey = 'key-of-a-source-in-its-address'
const namedSecret = 'value-of-a-secret-that-has-a-name'

const property = (edr: { endpointProperties: { name: string; value: string }[] }, name: string): string =>
  edr.endpointProperties.find(each => each.name === name)?.value ?? ''

t.test(
  'no key, token or passphrase is in logs, journal, answers or the database after a negotiation and a transfer',
  async t => {
    const configs = new Map<Part, Config>()
    const lab = await startLab(t, {
      adjust(config, part) {
        // One is enough: each costs its guesses' time at every start.
        const passphrase = part === 'provider' ? new Secret(`the passphrase of the ${part}`) : undefined
        const adjusted: Config = {
          ...config,
          log: { level: 'trace', format: 'json' },
          keys: { ...config.keys, passphrase },
        }
        configs.set(part, adjusted)
        return adjusted
      },
    })
    const { consumer, provider } = lab
    await openShop(lab)
    const dataAddress = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/', 'header:x-api-key': sourceKey }
    await post(provider, '/v3/assets', { '@id': 'locked', properties: {}, dataAddress })
    await post(provider, '/v3/secrets', { '@id': 'key-of-a-source', value: namedSecret })
    const agreementId = await negotiate(lab, 'day-ahead-prices')
    const transfer = await beginTransfer(lab, agreementId)
    await lab.drain()

    interface Edr {
      readonly dataAddress: { endpoint: string; endpointProperties: { name: string; value: string }[] }
    }
    const { dataAddress: edr } = await get<Edr>(consumer, `${transfer}/edr`)
    const access = property(edr, 'authorization')
    const refresh = property(edr, 'refreshToken')
    t.ok(access.length > 100 && refresh.length > 20, 'there are tokens to look for')
    const data = await fetch(edr.endpoint, { headers: { authorization: `Bearer ${access}` } })
    t.equal(data.status, 200)
    // What is not taken keeps the provider from ending for as long as it has patience.
    await data.arrayBuffer()

    // Errors are where secrets slip out: tokens that are wrong, everywhere.
    const wrong = `${access.slice(0, -6)}AAAAAA`
    const refused = [
      await fetch(edr.endpoint, { headers: { authorization: `Bearer ${wrong}` } }),
      await fetch(`${provider.urls.protocol}/dsp/2025-1/negotiations/x`, { headers: { authorization: access } }),
      await fetch(`${provider.urls.management}/management/v1/negotiations`, { headers: { 'x-api-key': wrong } }),
      await fetch(property(edr, 'refreshEndpoint'), {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: `${refresh}x` }),
      }),
    ]
    for (const { status } of refused) t.ok(status >= 400 && status < 500, String(status))
    const errors = await Promise.all(refused.map(answer => answer.text()))

    const theirs = await otherPath(consumer, transfer)
    const answers = await Promise.all([
      get(consumer, '/v1/negotiations'),
      get(provider, '/v1/negotiations'),
      get(consumer, '/v1/transfers'),
      get(provider, '/v1/transfers'),
      get(consumer, transfer),
      get(provider, theirs),
      get(consumer, `${transfer}/history`),
      get(provider, `${theirs}/history`),
      post(consumer, '/v3/transferprocesses/request', {}),
      post(provider, '/v3/transferprocesses/request', {}),
      post(provider, '/v3/assets/request', {}),
      get(provider, '/v3/secrets/key-of-a-source'),
      (await fetch(`${provider.urls.management}/metrics`)).text(),
    ])

    for (const who of [provider, consumer]) {
      const config = configs.get(who.part)
      if (config === undefined) throw new Error(`nobody is ${who.part}`)
      const { db } = who.connector
      const keys = await privateKeys(db, config)
      t.equal(keys.length, 6)
      const tokens = config.identity.participants.map(({ presents }) => presents.reveal())
      const { passphrase, secret } = config.keys
      const settled = [passphrase, secret, config.management.apiKey].flatMap(each => each?.reveal() ?? [])
      const secrets = [...keys, ...tokens, ...settled, sourceKey, namedSecret].flatMap(spellings)
      t.ok(secrets.every(secret => secret.length >= 16))

      const log = await readFile(join(lab.directory, `${who.part}.log`), 'utf8')
      t.match(log, '"level":', 'something was logged')
      const rows = await dump(db)
      t.match(rows, 'signing_key')
      const journal = JSON.stringify(await db.query('select * from journal'))

      const places = { log, answers: JSON.stringify(answers), errors: errors.join('\n'), journal, database: rows }
      for (const [place, text] of Object.entries(places))
        for (const [index, secret] of secrets.entries())
          if (text.includes(secret)) t.fail(`secret ${index} of the ${who.part} is in the ${place}`)
      for (const [place, text] of Object.entries(places))
        for (const token of [access, refresh, wrong])
          if (text.includes(token))
            t.fail(`the ${token === refresh ? 'refresh' : 'access'} token is in the ${place} of the ${who.part}`)
      t.pass(
        `${secrets.length} spellings looked for in ${Object.values(places).join('').length} characters of the ${who.part}`,
      )
    }
  },
)
