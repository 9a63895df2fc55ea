import { dataSchemas, type Shape } from './schemas.ts'
import { eventTypes, PREFIX } from './types.ts'

/** The manual's page of all events; `npm run docs` writes it. */
export function eventsReference(): string {
  const types = Object.entries(eventTypes).map(
    ([type, [subject, shape, about]]) => `| \`${PREFIX}${type}\` | ${subject} | [${shape}](#${shape}) | ${about} |`,
  )
  const shapes = Object.keys(dataSchemas) as Shape[]
  return `# Events

Made from the table in \`src/events/types.ts\`; how to follow them stands in [the guide](../guide/events.md). \`GET /management/v1/event-types\` gives
the same to programs. A type never changes its meaning; its data may get further members.

| Type | Subject | Data | When |
| ---- | ------- | ---- | ---- |
${types.join('\n')}

## Data

JSON Schema (2020-12), by the name that stands in the table; \`dataschema\` of an event is the \`$id\`.

${shapes.map(shape => `### ${shape}\n\n\`\`\`json\n${JSON.stringify(dataSchemas[shape], null, 2)}\n\`\`\``).join('\n\n')}
`
}
