import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { get } from '../../src/lab/api.ts'
import { createStage } from '../../src/lab/stage.ts'
import { playStory } from '../../src/lab/story/index.ts'
import { dump } from '../support/dump.ts'
import { startLab } from '../support/lab.ts'

/** Hears the Authorization header of every request that comes in anywhere in this process. */
function eavesdrop(t: Test): Set<string> {
  const heard = new Set<string>()
  const listen = (message: unknown) => {
    const { request } = message as { request: IncomingMessage }
    const { authorization } = request.headers
    if (authorization) heard.add(authorization.replace(/^Bearer +/i, ''))
  }
  subscribe('http.server.request.start', listen)
  t.teardown(() => unsubscribe('http.server.request.start', listen))
  return heard
}

/** Three parts of base64url, the first of which begins like a JSON object: a token, a credential or a presentation. */
const jws = /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/

const payloadOf = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

t.test(
  'no token, credential or presentation is in logs, journal, answers or the database after all of the story',
  async t => {
    const heard = eavesdrop(t)
    const lab = await startLab(t, {
      identity: 'dcp',
      adjust: config => ({ ...config, log: { level: 'trace', format: 'json' } }),
    })
    const told: string[] = []
    await playStory(lab, createStage({ out: { write: (text: string) => told.push(text) }, environment: {} }))

    const tokens = [...heard].filter(each => jws.test(each))
    const ofThem = (claim: string) =>
      tokens.filter(token => claim in payloadOf(token)).map(token => payloadOf(token)[claim])
    const access = ofThem('token').map(String)
    t.ok(tokens.length > 20 && new Set(ofThem('jti')).size > 20, `${tokens.length} tokens were on their way`)
    t.ok(access.length > 10, 'access tokens in them, too')

    // Errors are where secrets slip out: good tokens where they are not good, and tokens that are not good anywhere.
    const { provider, authority } = lab
    const doors = [
      `${provider.urls.protocol}/dsp/2025-1/catalog/request`,
      `${provider.urls.protocol}/dcp/presentations/query`,
      `${provider.urls.protocol}/dcp/credentials`,
      `${provider.urls.protocol}/dcp/offers`,
      `${authority?.urls.protocol}/issuer/credentials`,
      `${authority?.urls.protocol}/issuer/requests/x`,
    ]
    const errors: string[] = []
    for (const url of doors)
      for (const token of [tokens[0], access[0], `${tokens.at(-1)?.slice(0, -6)}AAAAAA`]) {
        const method = url.endsWith('/x') ? 'GET' : 'POST'
        const answer = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } })
        t.equal(answer.status, 401, url)
        errors.push(await answer.text())
      }

    for (const who of lab.participants) {
      const answers = await Promise.all(
        [
          '/v1/negotiations',
          '/v1/transfers',
          '/v1/credentials',
          '/v1/credentials/requests',
          '/v1/credentials/offers',
        ].map(path => get(who, path)),
      )
      const { db } = who.connector
      const places = {
        log: await readFile(join(lab.directory, `${who.part}.log`), 'utf8'),
        answers: JSON.stringify(answers),
        journal: JSON.stringify(await db.query('select * from journal')),
        database: await dump(db),
      }
      t.match(places.log, '"level":')
      for (const [place, text] of Object.entries({ ...places, errors: errors.join('\n'), story: told.join('') })) {
        const found = jws.exec(text)
        t.equal(found, null, `no token is in the ${place} of the ${who.part}`)
        // Nor a part of one.
        for (const token of [...tokens, ...access])
          if (text.includes(token.split('.')[2] ?? token)) t.fail(`a signature is in the ${place} of the ${who.part}`)
      }
    }
  },
)
