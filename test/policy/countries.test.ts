import t from 'tap'
import { readCountry } from '../../src/policy/countries.ts'
import { isValue } from '../../src/policy/values.ts'

t.test('a country has three codes, and IRIs that end in one', async t => {
  for (const code of ['FR', 'fra', '250', 'http://publications.europa.eu/resource/authority/country/FRA'])
    t.equal(readCountry(code)?.text, 'FR', code)
  t.equal(readCountry('8')?.text, 'AL', 'numeric codes may have lost their zeros')
})

t.test('what is no country is none', async t => {
  for (const code of ['', 'XX', 'France', '999', 'EUR']) t.equal(readCountry(code), undefined, code)
})

t.test('the European Union has 27 members, the Economic Area 30, and the United Kingdom is in neither', async t => {
  const [eu, eea] = [readCountry('EU'), readCountry('eea')]
  t.same([eu?.members?.size, eea?.members?.size], [27, 30])
  const among = (code: string) =>
    [eu, eea].map(region => isValue(readCountry(code) ?? { text: '' }, region ?? { text: '' }))
  t.same(among('DEU'), [true, true])
  t.same(among('NO'), [false, true])
  t.same(among('GB'), [false, false])
  t.same(among('EL'), [false, false], 'Greece is GR in ISO 3166')
})
