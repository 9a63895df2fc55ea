import t from 'tap'
import { builtInOperands, createOperands, type LeftOperand } from '../../../src/policy/operands/index.ts'
import { judge, that, use } from '../world.ts'

const weather: LeftOperand = {
  iri: 'https://example.org/weather',
  aliases: ['ex:weather'],
  label: { en: 'weather', fr: 'temps qu’il fait' },
  type: 'text',
  source: 'statement',
  stages: ['access'],
  find: ({ values }) => (values?.weather === 'fine' ? { values: [{ text: 'fine' }] } : { why: { code: 'not-stated' } }),
}

t.test('an extension brings operands of its own', async t => {
  const operands = createOperands([weather])
  const policy = use(that('ex:weather', 'eq', 'fine'))
  t.equal(judge(policy, {}, { values: { weather: 'fine' } }, operands).permitted, true)
  t.equal(judge(policy, {}, {}, operands).permitted, false)
  t.equal(judge(policy, {}, { values: { weather: 'fine' } }).permitted, false, 'nobody else knows them')
})

t.test('an operand is found by every name it has', async t => {
  for (const row of builtInOperands.rows)
    for (const name of [row.iri, ...row.aliases]) t.equal(builtInOperands.find(name), row, name)
})

t.test('no name means two operands', async t => {
  const names = builtInOperands.rows.flatMap(({ iri, aliases }) => [...new Set([iri, ...aliases])])
  t.equal(new Set(names).size, names.length)
})

t.test('every operand of the ODRL vocabulary is there', async t => {
  const terms = `absolutePosition absoluteSize absoluteSpatialPosition absoluteTemporalPosition count dateTime delayPeriod
    deliveryChannel device elapsedTime event fileFormat industry language media meteredTime payAmount percentage product
    purpose recipient relativePosition relativeSize relativeSpatialPosition relativeTemporalPosition resolution spatial
    spatialCoordinates system systemDevice timeInterval unitOfCount version virtualLocation`
  for (const term of terms.split(/\s+/)) t.ok(builtInOperands.find(`odrl:${term}`), term)
})
