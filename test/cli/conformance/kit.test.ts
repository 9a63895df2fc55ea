import t from 'tap'
import { kitDatasets, kitProperties, propertiesText, subjectOf, testIds } from '../../../src/cli/conformance/kit.ts'

t.test('the kit has 67 tests, and each but the metadata test is about something of its own', async t => {
  const ids = testIds()
  t.equal(ids.length, 67)
  t.equal(new Set(ids.map(subjectOf)).size, 67)
  t.same([testIds('CN').length, testIds('CN_C').length, testIds('TP').length, testIds('TP_C').length], [15, 16, 16, 16])
})

t.test('what a test is about is named after it', async t => {
  t.same(['CAT:01-02', 'CN:01-02', 'CN_C:02-06', 'TP_C:03-01'].map(subjectOf), [
    'CAT0102',
    'ACN0102',
    'ACNC0206',
    'ATPC0301',
  ])
})

t.test('what the connector does not provide is not on offer', async t => {
  t.notOk(kitDatasets.includes('CAT0103'), 'CAT:01-03 asks for a dataset that is not there')
  t.notOk(kitDatasets.some(id => id.startsWith('ACNC') || id.startsWith('ATPC')))
})

const properties = kitProperties({
  participantId: 'did:web:me.example',
  protocolUrl: 'http://localhost:8282/dsp/2025-1',
  baseUrl: 'http://localhost:8282',
  authorization: 'Bearer secret',
  initiate: { negotiation: 'http://localhost:8687/n', transfer: 'http://localhost:8687/t' },
  kit: { host: '0.0.0.0', port: 8083, url: 'http://localhost:8083' },
  offers: new Map([['ACN0101', 'publication:ACN0101:digest']]),
  agreements: new Map([['ATP0101', 'urn:uuid:1']]),
})

t.test('the properties tell the kit where the connector is, and what each test talks about', async t => {
  t.match(Object.fromEntries(properties), {
    'dataspacetck.dsp.connector.agent.id': 'did:web:me.example',
    'dataspacetck.dsp.connector.http.url': 'http://localhost:8282/dsp/2025-1',
    'dataspacetck.dsp.connector.http.headers.authorization': 'Bearer secret',
    CAT_01_03_DATASETID: 'CAT0103',
    CN_01_01_DATASETID: 'ACN0101',
    CN_01_01_OFFERID: 'publication:ACN0101:digest',
    CN_C_01_01_DATASETID: 'ACNC0101',
    TP_01_01_AGREEMENTID: 'urn:uuid:1',
    TP_01_01_FORMAT: 'HttpData-PULL',
  })
  t.notOk(properties.has('CN_C_01_01_OFFERID'), 'the kit makes up the offers of its own datasets')
})

t.test('the kit reads the very values from the file', async t => {
  const text = propertiesText(
    new Map([
      ['a', 'back\\slash'],
      ['b', ' blank'],
      ['c', 'Prüfling = 1'],
    ]),
  )
  t.equal(text, 'a=back\\\\slash\nb=\\ blank\nc=Pr\\u00fcfling = 1\n')
})
