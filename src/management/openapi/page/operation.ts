import { curlFor } from './curl.ts'
import { type Html, html } from './html.ts'
import { inline, prose } from './prose.ts'
import {
  nameIn,
  type Operation,
  type Parameter,
  type Placed,
  type Reference,
  type Response,
  type Schema,
} from './types.ts'

/** How schemas are shown. */
export type ShowSchema = (schema: Schema) => Html

/** All there is to know of an operation. */
export function operationView({ method, path, operation }: Placed, show: ShowSchema): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const role = operation['x-role']
  return html`<article id="${operationId}" class="operation" aria-labelledby="${operationId}-title">
<h3 id="${operationId}-title"><a href="#${operationId}">${inline(summary)}</a></h3>
<p class="line"><b class="method ${method}">${method.toUpperCase()}</b> <code class="path">${broken(path)}</code> <span class="role">${role ? html`role <b>${role}</b>` : 'no key needed'}</span></p>
${prose(description)}
${parameters.length > 0 && html`<h4>Parameters</h4><dl class="properties">${parameters.map(each => parameterView(each, show))}</dl>`}
${requestBody && bodyView(requestBody, show)}
<h4>Answers</h4>
${answers(responses, show)}
<h4>curl</h4>
${sample(curlFor({ method, path, operation }))}
</article>
`
}

/** A path that may go on in the next line behind each of its parts. */
const broken = (path: string): readonly Html[] =>
  path.split(/(?=\/)/).map((part, n) => html`${n > 0 && html`<wbr>`}${part}`)

const sample = (text: string): Html => html`<pre tabindex="0"><code>${text}</code></pre>`

const parameterView = ({ name, in: place, required, description, schema }: Parameter, show: ShowSchema): Html =>
  html`<dt><code>${name}</code> <span class="note">${place}</span> ${required && html`<b class="required">required</b>`}</dt>
<dd>${description && html`<p>${inline(description)}</p>`}${show(schema)}</dd>`

function bodyView({ required, content }: NonNullable<Operation['requestBody']>, show: ShowSchema): Html {
  const [first] = Object.values(content)
  return html`<h4>Body <span class="note">${Object.keys(content).join(' or ')}</span> ${required ? html`<b class="required">required</b>` : html`<span class="note">may be left out</span>`}</h4>
${first && show(first.schema)}
${first?.example && html`<p class="caption">For example</p>${sample(JSON.stringify(first.example, null, 2))}`}`
}

/** Answers that all went well with their schemas; what everybody refuses alike is a line each, and told at the end of the page. */
function answers(responses: Operation['responses'], show: ShowSchema): Html {
  const all = Object.entries(responses)
  const own = all.flatMap(([status, answer]) => (isReference(answer) ? [] : [ownAnswer(status, answer, show)]))
  const refusals = all.flatMap(([status, answer]) => (isReference(answer) ? [refusal(status, answer)] : []))
  return html`${own}${refusals.length > 0 && html`<ul class="refusals" aria-label="Refusals">${refusals}</ul>`}`
}

const ownAnswer = (status: string, { description, content = {} }: Response, show: ShowSchema): Html => {
  const [first] = Object.entries(content)
  return html`<div class="answer"><p><b class="status">${status}</b> ${description} <span class="note">${first ? first[0] : 'no body'}</span></p>${first && show(first[1].schema)}</div>`
}

const refusal = (status: string, { $ref }: Reference): Html =>
  html`<li><a href="#answer-${nameIn($ref)}"><b class="status">${status}</b> ${nameIn($ref).replace(/V\d+$/, '')}</a></li>`

const isReference = (answer: Response | Reference): answer is Reference => '$ref' in answer
