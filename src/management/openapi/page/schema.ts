import { type Html, html } from './html.ts'
import { inline } from './prose.ts'
import { nameIn, type Schema } from './types.ts'

/** Looks a schema up by its name in the document. */
export type Find = (name: string) => Schema | undefined

/** So many references are followed one below the other; those behind it are links. A schema that leads to itself ends here, too. */
const DEEPEST = 2

/** Shows schemas as tables of properties; named ones are spelled out on the spot, and lead to their own places as well. */
export function schemaView(find: Find, deepest = DEEPEST): (schema: Schema) => Html {
  const show = (schema: Schema, depth: number): Html =>
    html`<p class="type">${typeOf(schema)}${notes(schema)}</p>${inside(schema, depth)}`

  /** What a schema consists of; nothing for text and numbers. */
  function inside(schema: Schema, depth: number): Html | undefined {
    if (schema.$ref !== undefined) return behind(schema.$ref, depth)
    const { properties, items } = schema
    if (properties && Object.keys(properties).length > 0) return table(properties, schema.required ?? [], depth)
    if (items) return inside(items, depth)
    const kept = choices(schema).flatMap(each => inside(each, depth) ?? [])
    return kept.length > 0 ? html`${kept.map(each => html`<div class="choice">${each}</div>`)}` : undefined
  }

  function behind(ref: string, depth: number): Html | undefined {
    const found = depth < deepest ? find(nameIn(ref)) : undefined
    return found && inside(found, depth + 1)
  }

  const table = (properties: Readonly<Record<string, Schema>>, required: readonly string[], depth: number): Html =>
    html`<dl class="properties">${Object.entries(properties).map(
      ([name, schema]) =>
        html`<dt><code>${name}</code> ${required.includes(name) && html`<b class="required">required</b>`}</dt>
<dd>${schema.description && html`<p>${inline(schema.description)}</p>`}<p class="type">${typeOf(schema)}${notes(schema)}</p>${nested(schema, depth)}</dd>`,
    )}</dl>`

  function nested(schema: Schema, depth: number): Html | undefined {
    const content = inside(schema, depth)
    return content && html`<details><summary>its parts</summary>${content}</details>`
  }

  return schema => show(schema, 0)
}

const choices = ({ anyOf = [], oneOf = [], allOf = [] }: Schema): readonly Schema[] => [...anyOf, ...oneOf, ...allOf]

/** What kind of value it is, in a few words; names lead to their places. */
function typeOf(schema: Schema): Html {
  const { $ref, type, items, anyOf, oneOf, allOf } = schema
  if ($ref !== undefined) return html`<a href="#schema-${nameIn($ref)}">${nameIn($ref)}</a>`
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (schema.enum)
    return joined(
      schema.enum.map(value => html`<code>${JSON.stringify(value)}</code>`),
      ' or ',
    )
  if (items) return html`list of ${typeOf(items)}`
  const several = anyOf ?? oneOf
  if (several) return joined(several.map(typeOf), ' or ')
  if (allOf) return joined(allOf.map(typeOf), ' and ')
  if (type !== undefined) return html`${[type].flat().join(' or ')}`
  return schema.properties ? html`object` : html`anything`
}

const joined = (parts: readonly Html[], between: string): Html =>
  html`${parts.map((part, n) => html`${n > 0 && between}${part}`)}`

/** Bounds that a value must keep, by their keywords in JSON Schema. */
const bounds = [
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'default',
] as const

const notes = (schema: Schema): readonly Html[] =>
  bounds.flatMap(keyword =>
    schema[keyword] === undefined
      ? []
      : [html` <span class="note">${keyword} <code>${told(schema[keyword])}</code></span>`],
  )

const told = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
