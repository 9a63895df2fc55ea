import t, { type Test } from 'tap'
import { Secret } from '../../src/config/index.ts'
import type { Connector } from '../../src/connector.ts'
import { certificateAuthority } from '../gaiax/authority.ts'
import { answering, applicant, goBetween, settingsFor } from '../gaiax/clearing.ts'
import { participant } from '../gaiax/world.ts'
import { clearingHouse } from '../support/clearing-house.ts'
import { federatedCatalogue } from '../support/federated-catalogue.ts'
import { kontor } from './in-process.ts'

const run = (t: Test, connector: Connector, ...words: string[]) =>
  kontor(t, ['gaia-x', ...words, '--url', connector.urls().management, '--key', 'a key for the tests'])

t.test('show tells what is published, about what, and the label in words', async t => {
  const who = await applicant(t, await clearingHouse(t))
  const { code, stdout } = await run(t, await who.start(), 'show')
  t.equal(code, 0)
  t.match(stdout, /^TYPE +ABOUT +VERSION +BY +VALID UNTIL +URL$/m)
  t.match(stdout, /^LegalPerson +– +1 +own /m)
  t.match(stdout, /^Label: standard compliance \(SC\)$/m)
  t.match(stdout, `Self-description: ${who.url}/gaia-x/self-description`)
  t.notMatch(stdout, /Not in order/)
})

t.test('programs get all of it', async t => {
  const who = await applicant(t, await clearingHouse(t))
  const { stdout } = await run(t, await who.start(), 'show', '-o', 'json')
  t.match(JSON.parse(stdout), {
    level: 'SC',
    catalogue: null,
    troubles: [],
    credentials: [{ type: 'Issuer' }, { type: 'LabelCredential' }, {}, {}, {}],
  })
})

t.test('label waits for the clearing house, and says why there is no label', async t => {
  const house = await clearingHouse(t)
  const between = await goBetween(t, house)
  between.own.set('credential-offers', answering(409, JSON.stringify({ message: 'rule 7 is broken' })))
  const connector = await (await applicant(t, house, settingsFor(house, between.urls))).start()
  const refused = await run(t, connector, 'label')
  t.equal(refused.code, 6)
  t.match(refused.stderr, /There is no new label: .*409: rule 7 is broken/)
  t.match(refused.stdout, /^Label: none yet$/m)
  t.match(refused.stdout, /^Not in order: attestation of .*refused.*rule 7 is broken$/m)
  between.own.clear()
  const given = await run(t, connector, 'label')
  t.equal(given.code, 0, given.stderr)
  t.match(given.stdout, /^Label: standard compliance \(SC\)$/m)
})

t.test('label without a clearing house says what to set', async t => {
  const connector = await (await participant(t, await certificateAuthority())).start()
  t.match(await run(t, connector, 'label'), {
    code: 1,
    stderr: /no clearing house to ask: set gaiaX\.notary and gaiaX\.compliance/,
  })
  t.match((await run(t, connector, 'show')).stdout, /^Label: none: no clearing house is set/m)
})

t.test('how far the catalogue is, is told', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await participant(t, await certificateAuthority())
  const connector = await who.start({
    catalogue: {
      url: catalogue.url,
      token: new Secret(await catalogue.tokenFor(who.did)),
      tokenUrl: undefined,
      clientId: undefined,
      clientSecret: undefined,
    },
  })
  t.match((await run(t, connector, 'show')).stdout, `Catalogue: ${catalogue.url} has 3, 0 to be brought, 0 refused`)
})

t.test('a connector that takes no part says how to begin', async t => {
  const connector = await (await participant(t, await certificateAuthority())).start({ mode: 'off' })
  for (const command of ['show', 'sign', 'label'])
    t.match(await run(t, connector, command), { code: 1, stderr: /Begin with "kontor gaia-x init"/ })
})
