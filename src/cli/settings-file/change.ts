import { isDeepStrictEqual } from 'node:util'
import { type Document, isCollection, isMap, isScalar, type Pair, parseDocument } from 'yaml'
import { invalid } from '../../errors.ts'

/** What settings are to be, by their names; undefined: not set any more. */
export type Changes = ReadonlyMap<string, unknown>

/**
 * The text of a configuration file with other settings. Groups of which nothing changes stay as they are to the byte; in the others comments
 * stay, too. Throws `invalid` for a file that says things in a way that cannot be changed from here.
 */
export function changeSettings(text: string, changes: Changes): string {
  const document = parse(text)
  // Whoever writes all of it in braces gets it written anew.
  if (isMap(document.contents) && document.contents.flow) return applyTo(text, changes)

  const places = placesIn(document, text)
  const groups = [...new Set([...changes.keys()].map(groupOf))]
  const at = (group: string) => places.get(group)?.start ?? -1
  let written = text
  const appended: string[] = []
  // From the end, so that places before stay where they are.
  for (const group of groups.sort((one, other) => at(other) - at(one))) {
    const place = places.get(group)
    const former = place === undefined ? '' : text.slice(place.start, place.end)
    const now = applyTo(former, new Map([...changes].filter(([name]) => groupOf(name) === group)))
    if (place === undefined) appended.push(now)
    else if (now !== former) written = written.slice(0, place.start) + now + written.slice(place.end)
  }
  return [written === '' ? '' : written.replace(/\n*$/, '\n'), ...appended]
    .filter(part => part.trim() !== '')
    .join('\n')
}

const groupOf = (name: string): string => name.split('.', 1)[0] ?? ''

function applyTo(text: string, changes: Changes): string {
  const document = parse(text)
  const before: unknown = document.toJS()
  for (const [name, value] of changes) setSetting(document, name.split('.'), value)
  const after: unknown = document.toJS()
  if (isDeepStrictEqual(before, after) || (before === null && isDeepStrictEqual(after, {}))) return text
  return document.toString({ lineWidth: 0 })
}

/** Throws `invalid` for what holds no settings, or refers to what is not there: groups are read one by one. */
function parse(text: string): Document.Parsed {
  const document = parseDocument(text, { stringKeys: true })
  const holdsSettings = document.contents === null || isMap(document.contents) || isEmpty(document.contents)
  if (document.errors.length > 0 || !holdsSettings || !isWhole(document))
    throw invalid(
      'The configuration file is no YAML with settings, or refers from one group to another: change it by hand.',
    )
  return document
}

const isEmpty = (node: unknown): boolean => isScalar(node) && node.value === null

function isWhole(document: Document.Parsed): boolean {
  try {
    document.toJS()
    return true
  } catch {
    return false
  }
}

function setSetting(document: Document.Parsed, path: readonly string[], value: unknown): void {
  if (value === undefined) return void (document.hasIn(path) && document.deleteIn(path))
  for (let depth = 0; depth < path.length; depth++) enter(document, path.slice(0, depth))
  const former = document.getIn(path, true)
  if (isMap(former) && isGroup(value)) {
    const kept = former.items.map(({ key }) => wordOf(key))
    for (const name of kept) if (!(name in value)) document.deleteIn([...path, name])
    for (const [name, each] of Object.entries(value)) setSetting(document, [...path, name], each)
  } else if (isScalar(former) && typeof value === 'string') former.value = value
  else if (!isCollection(former) || !isDeepStrictEqual(former.toJS(document), value))
    document.setIn(path, document.createNode(value))
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Makes sure that there is a group; one of which only the name is there has nothing in it but comments. */
function enter(document: Document.Parsed, path: readonly string[]): void {
  const group: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  if (isMap(group)) return
  if (group !== undefined && group !== null && !isEmpty(group))
    throw invalid(
      `${path.join('.') || 'The configuration file'} is written in a way that cannot be changed from here: change it by hand.`,
    )
  const made = document.createNode({})
  made.commentBefore = isScalar(group) ? (group.commentBefore ?? group.comment ?? null) : null
  if (path.length === 0) Object.assign(document, { contents: made })
  else document.setIn(path, made)
}

/** Where each group stands in the text: whole lines, without what stands between it and the next one. */
function placesIn({ contents }: Document.Parsed, text: string): ReadonlyMap<string, { start: number; end: number }> {
  if (!isMap(contents)) return new Map()
  const starts = contents.items.map(({ key }: Pair) => (isScalar(key) ? (key.range?.[0] ?? 0) : 0))
  return new Map(
    contents.items.map(({ key }: Pair, at) => {
      const start = starts[at] ?? 0
      const whole = text.slice(start, starts[at + 1] ?? text.length)
      return [wordOf(key), { start, end: start + whole.replace(/(?<=\n)(\s*\n|#[^\n]*(\n|$))*\s*$/, '').length }]
    }),
  )
}

const wordOf = (key: unknown): string => (isScalar(key) ? String(key.value) : String(key))
