import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { apiOf } from '../../src/cli/management-api.ts'

/** The environment of somebody with these profiles. */
function withProfiles(t: { testdir: (files: Record<string, string>) => string }, text: string) {
  const folder = t.testdir({ 'profiles.yaml': text, 'test.key': 'key-in-a-file\n' })
  return { KONTOR_PROFILES: join(folder, 'profiles.yaml'), HOME: folder, KONTOR_CONFIG: join(folder, 'kontor.yaml') }
}

const text = `
use: home
profiles:
  home: { url: http://127.0.0.1:1111, keyFile: test.key }
  office: { url: https://office.example/management/, keyFile: ~/test.key }
`

t.test('what is said on the command line comes before profiles, and these before kontor.yaml', async t => {
  const environment = withProfiles(t, text)
  const home = { url: 'http://127.0.0.1:1111', key: 'key-in-a-file' }
  const office = { url: 'https://office.example', key: 'key-in-a-file' }
  // biome-ignore format: a table is read by its columns
  const table = [
    [ {},                                       {},                                                    home ],
    [ { profile: 'office' },                    { KONTOR_URL: 'http://e:1', KONTOR_KEY: 'k' },         { ...office } ],
    [ {},                                       { KONTOR_PROFILE: 'office' },                          office ],
    [ {},                                       { KONTOR_URL: 'http://e:1', KONTOR_KEY: 'k' },         { url: 'http://e:1', key: 'k' } ],
    [ { url: 'http://f:1', key: 'x' },          { KONTOR_URL: 'http://e:1', KONTOR_KEY: 'k' },         { url: 'http://f:1', key: 'x' } ],
    [ { key: 'x' },                             {},                                                    { ...home, key: 'x' } ],
    [ { url: 'http://127.0.0.1:1111/' },        {},                                                    home ],
    [ { url: 'http://f:1' },                    { KONTOR_MANAGEMENT_APIKEY: 'k' },                     { url: 'http://f:1', key: 'k' } ],
  ] as const
  for (const [options, more, api] of table) t.strictSame(apiOf(options, { ...environment, ...more }), api)
})

t.test('a key is shown to nobody but the connector it came with', async t => {
  const environment = withProfiles(t, text)
  t.throws(() => apiOf({ url: 'http://elsewhere.example' }, environment), /http:\/\/elsewhere\.example needs its key/)
  const elsewhere = { ...environment, KONTOR_URL: 'http://e:1', KONTOR_KEY: 'k' }
  t.throws(() => apiOf({ url: 'http://elsewhere.example' }, elsewhere), /needs its key/)
})

t.test('a connector that is configured here is found with the key that it has made', async t => {
  const folder = t.testdir({
    'kontor.yaml': 'management: { host: 0.0.0.0, port: 9191 }\ndirectory: data\n',
    data: { 'management.key': 'the-key-of-the-first-start\n' },
  })
  const environment = { KONTOR_CONFIG: join(folder, 'kontor.yaml'), HOME: folder }
  t.same(apiOf({}, environment), { url: 'http://127.0.0.1:9191', key: 'the-key-of-the-first-start' })
  t.match(apiOf({}, { ...environment, KONTOR_MANAGEMENT_PORT: '9292' }), { url: 'http://127.0.0.1:9292' })
})

t.test('what is wrong with profiles is told without a word of what is in them', async t => {
  const environment = withProfiles(t, 'profiles: { home: { url: "http://127.0.0.1:1", key: the-very-key } }')
  await chmod(environment.KONTOR_PROFILES, 0o644)
  t.throws(() => apiOf({ profile: 'home' }, environment), /others can read it: run chmod 600/)
  await chmod(environment.KONTOR_PROFILES, 0o600)
  t.match(apiOf({ profile: 'home' }, environment), { key: 'the-very-key' })
  t.throws(() => apiOf({ profile: 'other' }, environment), /no profile "other" in .*; it has home/)
  for (const broken of ['profiles: { the-very-key', 'profiles: [the-very-key]', 'profiles: { home: the-very-key }']) {
    await writeFile(environment.KONTOR_PROFILES, broken)
    const { message } = t.throws(() => apiOf({}, environment)) as Error
    t.notMatch(message, /the-very-key/)
  }
})
