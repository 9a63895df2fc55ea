import t from 'tap'
import { createShapes, type Quad } from '../../src/jsonld/index.ts'

const shape = (property: string) => () => [
  `@prefix sh: <http://www.w3.org/ns/shacl#> .
   [] a sh:NodeShape ; sh:targetClass <urn:thing> ; sh:property [ sh:path <urn:${property}> ; sh:minCount 1 ] .`,
]

const thing: readonly Quad[] = [
  {
    subject: { kind: 'iri', value: 'urn:one' },
    predicate: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type',
    object: { kind: 'iri', value: 'urn:thing' },
  },
]

/** Counts the threads that begin. */
function threads(t: { teardown(end: () => void): void }): () => number {
  let begun = 0
  const note = () => void begun++
  process.on('worker', note)
  t.teardown(() => process.off('worker', note))
  return () => begun
}

t.test('who asks for the same shapes shares a thread, and others have their own', async t => {
  const begun = threads(t)
  const [one, two, other] = [createShapes(shape('name')), createShapes(shape('name')), createShapes(shape('age'))]
  t.equal(begun(), 0, 'none begins before there is something to do')
  const found = await Promise.all([one, two, other].map(each => each.validate(thing)))
  t.strictSame(
    found.map(([violation]) => violation?.path),
    ['urn:name', 'urn:name', 'urn:age'],
  )
  t.equal(begun(), 2)
  await Promise.all([one, two, other].map(each => each.close()))
})

t.test(
  'a thread goes on until the last who uses it has closed it, and begins again for whoever comes later',
  async t => {
    const begun = threads(t)
    const [one, two] = [createShapes(shape('name')), createShapes(shape('name'))]
    await one.validate(thing)
    await two.validate(thing)
    await one.close()
    await one.close()
    t.match(await two.validate(thing), [{ rule: 'MinCount' }])
    t.equal(begun(), 1)
    await two.close()
    t.match(await one.validate(thing), [{ rule: 'MinCount' }])
    t.equal(begun(), 2)
    await one.close()
  },
)
