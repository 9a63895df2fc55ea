import type { Placed } from './types.ts'

/** Text in single quotes, as a shell takes it word for word. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * A line for a shell that asks for an operation. Where we are reached, the key and whatever stands in the path are variables there:
 * `KONTOR_URL` and `KONTOR_KEY` are those of the command line.
 */
export function curlFor({ method, path, operation }: Placed): string {
  const { parameters = [], requestBody } = operation
  const query = parameters.filter(({ in: place, required }) => place === 'query' && required)
  const asked = query.map(({ name }) => `${encodeURIComponent(name)}=$${variable(name)}`).join('&')
  const there = path.replace(/\{(\w+)\}/g, (_, name: string) => `$${variable(name)}`)
  return [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$KONTOR_URL${there}${asked && `?${asked}`}"`,
    ...(operation['x-role'] ? [`-H "x-api-key: $KONTOR_KEY"`] : []),
    ...bodyOf(requestBody),
  ].join(' \\\n  ')
}

const variable = (name: string): string => name.replace(/\W/g, '_').toUpperCase()

function bodyOf(body: Placed['operation']['requestBody']): readonly string[] {
  const [type, content] = Object.entries(body?.content ?? {})[0] ?? []
  if (type === undefined || !(body?.required || content?.example)) return []
  const data = content?.example ? quoted(JSON.stringify(content.example)) : '@body'
  return [`-H ${quoted(`content-type: ${type}`)}`, `--data-binary ${data}`]
}
