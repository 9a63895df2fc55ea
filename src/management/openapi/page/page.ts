import { createHash } from 'node:crypto'
import { type Html, html, trusted } from './html.ts'
import { operationView } from './operation.ts'
import { inline, prose } from './prose.ts'
import { schemaView } from './schema.ts'
import { script } from './script.ts'
import { style } from './style.ts'
import type { Document, Placed, Response, Schema } from './types.ts'

/** A source of a Content-Security-Policy: what has this very text. */
const hashed = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The page has one script and one style sheet, and loads, sends, embeds and is embedded nowhere. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src ${hashed(script)}`,
  `style-src ${hashed(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** An OpenAPI document as a page for people, whole in itself. */
export function openApiPage(document: Document): string {
  const { info, tags, components } = document
  const chapters = tags.map((tag, n) => ({
    ...tag,
    place: `chapter-${n}`,
    operations: operationsOf(document, tag.name),
  }))
  const show = schemaView(name => components.schemas[name])
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the operations</a>
<nav id="contents" aria-label="Contents">
<h2>Contents</h2>
<div id="searching" hidden><label for="search">Search <span class="note">(key /)</span></label><input id="search" type="search" autocomplete="off"><p id="found" role="status"></p></div>
${chapters.map(chapter => html`<details><summary>${chapter.name}</summary><ul>${chapter.operations.map(entry)}</ul></details>`)}
<p><a href="#refusals">Refusals</a></p><p><a href="#schemas">Schemas</a></p>
</nav>
<main id="main">
<h1>${info.title} <small>${info.version}</small></h1>
${prose(info.description)}
<p>For programs: <a href="openapi.json">openapi.json</a>, <a href="openapi.yaml">openapi.yaml</a>.</p>
<h2 id="keys">Who asks</h2>
<ul>${Object.values(components.securitySchemes).map(({ description }) => html`<li>${prose(description)}</li>`)}</ul>
${chapters.map(
  ({ name, description, place, operations }) => html`<section aria-labelledby="${place}">
<h2 id="${place}">${name}</h2>
${prose(description)}
${operations.map(each => operationView(each, show))}</section>
`,
)}
<section aria-labelledby="refusals"><h2 id="refusals">Refusals</h2>${Object.entries(components.responses).map(refusalView)}</section>
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>${Object.entries(components.schemas).map(namedSchema)}</section>
</main>
<script>${trusted(script)}</script>
</body>
</html>
`
  return page.html
}

const operationsOf = ({ paths }: Document, tag: string): readonly Placed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation.tags.includes(tag) ? [{ method, path, operation }] : [],
    ),
  )

const entry = ({ method, path, operation: { operationId, summary } }: Placed): Html =>
  html`<li data-find="${path} ${operationId}"><a href="#${operationId}"><b class="${method}">${method === 'delete' ? 'DEL' : method.toUpperCase()}</b>${inline(summary)}</a></li>`

/** Schemas at their own place follow no references: what they refer to is as near. */
const ownParts = schemaView(() => undefined)

const namedSchema = ([name, schema]: readonly [string, Schema]): Html =>
  html`<article id="schema-${name}" class="schema" aria-labelledby="schema-${name}-title"><h3 id="schema-${name}-title">${name}</h3>${prose(schema.description)}${ownParts(schema)}</article>
`

const refusalView = ([name, { description, content = {} }]: readonly [string, Response]): Html =>
  html`<article id="answer-${name}" class="schema" aria-labelledby="answer-${name}-title"><h3 id="answer-${name}-title">${name}</h3>${prose(description)}${Object.entries(content).map(([type, { schema }]) => html`<p class="note">${type}</p>${ownParts(schema)}`)}</article>
`
