import t from 'tap'
import type { MessageType } from '../../../src/dsp/messages.ts'
import { createParseMessage } from '../../../src/dsp/parse-message.ts'
import { createJsonLd } from '../../../src/jsonld/index.ts'
import { normalisePolicy } from '../../../src/policy/normalise.ts'
import { assertValid, hasSpec, readExamples } from '../../support/spec.ts'

const parse = createParseMessage({ jsonLd: createJsonLd(), normalisePolicy })

t.test('every example of the specification is understood as it stands', async t => {
  if (!hasSpec(t, 'understanding of examples')) return
  const examples = readExamples()
  t.ok(examples.length >= 24)
  for (const { name, type, body } of examples) t.same(parse(type as MessageType, body), body, name)
})

t.test('every example is understood in any other dress of JSON-LD', async t => {
  if (!hasSpec(t, 'understanding of examples in other contexts')) return
  for (const { name, type, body } of readExamples().filter(({ body }) => '@context' in body)) {
    const dressed = { ...body, '@context': [body['@context'], { ex: 'https://example.org/' }].flat(), 'ex:note': 'x' }
    t.same(await parse(type as MessageType, dressed), { ...body, 'https://example.org/note': 'x' }, name)
  }
})

t.test('what we understand can be sent on', async t => {
  if (!hasSpec(t, 'validation of what was understood')) return
  for (const { type, body } of readExamples()) assertValid(t, await parse(type as MessageType, body))
})
