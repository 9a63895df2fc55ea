import { parentPort, workerData } from 'node:worker_threads'
import { DataFactory, Parser, Store } from 'n3'
import { Validator } from 'shacl-engine'

/*
 * The thread in which graphs are held against shapes: a large graph keeps nobody else waiting. It gets a `Question` and answers with an
 * `Answer` (see shapes.ts). It is no TypeScript since a thread begins without whatever reads that: tests run from the sources.
 */
const factory = { ...DataFactory, dataset: () => new Store() }
const shapes = new Store(workerData.flatMap(text => new Parser().parse(text)))
const validator = new Validator(shapes, { factory })
const subclasses = shapes.getQuads(null, 'http://www.w3.org/2000/01/rdf-schema#subClassOf', null, null)

async function answer({ id, graph }) {
  try {
    const dataset = new Store([...new Parser({ format: 'N-Quads' }).parse(graph), ...subclasses])
    const { results } = await validator.validate({ dataset })
    const violations = results.map(({ focusNode, path, constraintComponent, value }) => ({
      focus: focusNode?.term?.value ?? '',
      path: path?.[0]?.predicates?.[0]?.value,
      rule: constraintComponent.value.replace(/^.*#(.*?)(?:ConstraintComponent)?$/, '$1'),
      value: value?.term?.value,
    }))
    return { id, violations }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

// One after the other: the engine is not meant to be entered twice.
let last = Promise.resolve()
parentPort.on('message', question => {
  last = last.then(async () => parentPort.postMessage(await answer(question)))
})
