import { type Document, isAlias, isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml'
import type { Fault } from '../errors.ts'
import { type Findings, type Given, misconfigured, mistake } from './mistakes.ts'
import { suggestion } from './nearest.ts'
import { groups, names } from './settings.ts'

/**
 * Reads the settings out of a YAML file's text. `file` names it in messages, `folder` is where its relative paths start.
 * Throws at once when it is no YAML. Secrets may stand anywhere in such a file: its mistakes tell lines and columns,
 * never the text there.
 */
export function settingsInFile(text: string, file: string, folder: string): Findings {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}, line ${line}, column ${col}`
  }
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) => notYaml(at(pos[0]), message))
  if (broken.length > 0) throw misconfigured(broken)
  return collect(plain(document, file), name => at(offsetOf(document, name)), folder)
}

/** The parser's sentence, cut before what it quotes from the file. */
const notYaml = (where: string, message: string): Fault =>
  mistake(where, undefined, `is not YAML: ${message.replace(/(?<=\S): .*$|(?<=escape sequence) .*$|; .*$/s, '')}`)

/** The parser counts what references would grow to, and gives up before the memory does. */
function plain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS()
  } catch {
    throw misconfigured([mistake(file, undefined, 'has references (*name) that lead nowhere or grow without measure')])
  }
}

/** Goes through groups and names, no deeper than they are whatever the file holds. What is there but empty counts as not given. */
function collect(root: unknown, where: (name: string) => string, folder: string): Findings {
  const given = new Map<string, Given>()
  const mistakes: Fault[] = []

  const enter = (group: string, value: unknown): void => {
    if (value === null || value === undefined) return
    if (typeof value !== 'object' || Array.isArray(value)) mistakes.push(notSettings(group, where(group)))
    else for (const [word, inner] of Object.entries(value)) visit(group, word, inner)
  }
  const visit = (group: string, word: string, value: unknown): void => {
    const name = group === '' ? word : `${group}.${word}`
    // Written flat it could be given twice, with two values.
    if (word.includes('.')) mistakes.push(mistake(name, where(group), 'must be nested: break the line at each dot'))
    else if (groups.includes(name)) enter(name, value)
    else if (!names.includes(name)) mistakes.push(mistake(name, where(name), `is no setting; ${guess(name)}`))
    else if (value !== null) given.set(name, { value, where: where(name), folder })
  }

  enter('', root)
  return { given, mistakes }
}

/** What may stand in the file itself: groups, and settings without one. */
const outermost = [...groups, ...names].filter(name => !name.includes('.'))

const choice = (group: string): string =>
  (group === '' ? outermost : names.filter(name => name.startsWith(`${group}.`))).join(', ')

/** A name that is none was probably meant to be another, or a neighbour in its group. */
function guess(name: string): string {
  const group = name.replace(/\.?[^.]*$/, '')
  return groups.includes(group)
    ? suggestion(name, names, `known are ${choice(group)}`)
    : suggestion(name, [...outermost, ...names], `known are ${choice('')}`)
}

const notSettings = (group: string, where: string): Fault =>
  mistake(group || 'The file', where, `must hold settings, not one value or a list; known are ${choice(group)}`)

/** Where a setting or group begins in the file; the beginning of the file for the root. */
function offsetOf(document: Document.Parsed, name: string): number {
  let node: unknown = document.contents
  let offset = 0
  for (const word of name === '' ? [] : name.split('.')) {
    const map = isAlias(node) ? node.resolve(document) : node
    const pair = isMap(map) ? map.items.find(({ key }: Pair) => isScalar(key) && key.value === word) : undefined
    if (!pair || !isScalar(pair.key)) return offset
    offset = pair.key.range?.[0] ?? offset
    node = pair.value
  }
  return offset
}
