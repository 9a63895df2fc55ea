import type { ApiRequest } from './api.ts'
import type { Lab } from './lab.ts'
import { catalogRequest } from './story/browse.ts'
import type { Contract } from './story/contract.ts'
import { transferRequest } from './story/transfer.ts'

/** Something to try in a running lab. */
export interface Example extends ApiRequest {
  readonly title: string
}

/** What the consumer can be asked after the story. */
export const examples = ({ provider, consumer }: Lab, { negotiationId, agreementId }: Contract): readonly Example[] => [
  {
    title: `What ${provider.name} offers to ${consumer.name}`,
    method: 'POST',
    path: '/v3/catalog/request',
    body: catalogRequest(provider),
  },
  {
    title: 'What happened in the negotiation, moment by moment',
    method: 'GET',
    path: `/v1/negotiations/${negotiationId}/history`,
  },
  {
    title: 'Another transfer under the same agreement',
    method: 'POST',
    path: '/v3/transferprocesses',
    body: transferRequest(provider, { agreementId }),
  },
]

/** What the lines of the examples presuppose: where the API is, what opens it, and an id that is too long for them. */
export const preparation = ({ consumer }: Lab, { negotiationId }: Contract): readonly string[] => [
  `api=${consumer.urls.management}/management`,
  `key='x-api-key: ${consumer.key}'`,
  `json='content-type: application/json'`,
  `negotiation=${negotiationId}`,
]

/** An example as lines for a shell. */
export function asCurl({ path, body }: ApiRequest): readonly string[] {
  const url = `"$api${path.replace(/urn:uuid:[\da-f-]+/, '$negotiation')}"`
  if (body === undefined) return [`curl -sS -H "$key" ${url}; echo`]
  const members = Object.entries(body).map(([name, value]) => `  ${quotable(name)}: ${quotable(value)}`)
  return [
    `curl -sS -H "$key" -H "$json" ${url} -d '{`,
    ...members.slice(0, -1).map(line => `${line},`),
    `${members.at(-1)} }'; echo`,
  ]
}

/** JSON that stands between single quotes. */
const quotable = (value: unknown): string => JSON.stringify(value).replaceAll("'", '\\u0027')

/** The latest transfer's data, by `kontor fetch`. */
export const fetchLines = ({ consumer }: Lab, file: string): readonly string[] => [
  `transfer=$(curl -sS -H "$key" "$api/v1/transfers?limit=1" |`,
  `  grep -o 'urn:uuid:[^"]*' | head -1)`,
  `KONTOR_URL=${consumer.urls.management} KONTOR_KEY=${consumer.key} \\`,
  `  npx kontor fetch "$transfer" -o ${file}`,
]
