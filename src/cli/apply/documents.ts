import { parseAllDocuments } from 'yaml'
import { type Fault, invalid } from '../../errors.ts'

/** A file, or standard input. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** What is sent: all objects of all files. */
export interface Gathered {
  readonly '@graph': readonly object[]
}

/** An object, and where it stands. */
interface Placed {
  readonly object: object
  readonly where: string
}

/**
 * The objects of files as one document. A file holds one or several documents, each with an `@graph` of objects as an export has it, a list of
 * them, or one alone; a context that stands in front of some is given to each of these. `placeOf` tells a fault by its file. Throws `invalid`.
 */
export function gather(sources: readonly Source[]): { document: Gathered; placeOf: (fault: Fault) => Fault } {
  const placed = sources.flatMap(({ name, text }) =>
    documentsIn(name, text).flatMap(document => objectsIn(name, document)),
  )
  return {
    document: { '@graph': placed.map(({ object }) => object) },
    placeOf({ path, message }) {
      const [, index = '', rest = ''] = /^\/@graph\/(\d+)(.*)$/s.exec(path) ?? []
      const found = placed[Number(index)]
      return { path: index !== '' && found ? `${found.where}${rest && ` at ${rest}`}` : path, message }
    },
  }
}

function documentsIn(name: string, text: string): readonly unknown[] {
  return [parseAllDocuments(text)].flat().flatMap(document => {
    const [error] = document.errors
    if (error) throw invalid(`${name} is neither JSON nor YAML: ${error.message.split('\n')[0]}`)
    return document.toJS() ?? []
  })
}

function objectsIn(name: string, document: unknown): readonly Placed[] {
  const { '@graph': graph, '@context': context } = Object(document) as { '@graph'?: unknown; '@context'?: unknown }
  const list = graph ?? document
  return [list].flat().map((each, index) => {
    if (typeof each !== 'object' || each === null || !('@type' in each))
      throw invalid(`${name} must hold objects with an @type, such as an export has: number ${index + 1} is none.`)
    const id = '@id' in each ? ` ${String(each['@id'])}` : ''
    const object = context === undefined || '@context' in each ? each : { '@context': context, ...each }
    return { object, where: `${name}, ${String(each['@type'])}${id}` }
  })
}
