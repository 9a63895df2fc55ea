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
export const examples = (
  { provider, consumer, stranger }: Lab,
  { negotiationId, agreementId }: Contract,
): readonly Example[] => [
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
    title: `Another transfer under the same agreement, which ${stranger.name} could not ask for`,
    method: 'POST',
    path: '/v3/transferprocesses',
    body: transferRequest(provider, { agreementId }),
  },
]

/** Where the shell looks for what the examples share. */
const shared = { api: 'talstrom', key: 'key', json: 'json' } as const

/** The lines that the examples presuppose: where the API is, and its key. */
export const preparation = ({ consumer }: Lab): readonly string[] => [
  `${shared.api}=${consumer.urls.management}/management`,
  `${shared.key}='x-api-key: ${consumer.key}'`,
  `${shared.json}='content-type: application/json'`,
]

/** An example as lines for a shell. JSON has no single quotes unless a value has: those end the quotation, and begin it anew. */
export function asCurl({ path, body }: Example): readonly string[] {
  const url = `"$${shared.api}${path}"`
  if (body === undefined) return [`curl -s -H "$${shared.key}" \\`, `  ${url}; echo`]
  const json = JSON.stringify(body, null, 2).replaceAll("'", `'\\''`).split('\n')
  return [
    `curl -s -H "$${shared.key}" -H "$${shared.json}" \\`,
    `  ${url} -d '${json[0]}`,
    ...json.slice(1, -1).map(line => `  ${line}`),
    `  ${json.at(-1)}'; echo`,
  ]
}

/** The latest transfer's data, by `kontor fetch`. */
export const fetchLines = ({ consumer }: Lab, file: string): readonly string[] => [
  `transfer=$(curl -s -H "$${shared.key}" "$${shared.api}/v1/transfers?limit=1" |`,
  `  grep -o 'urn:uuid:[^"]*' | head -1)`,
  `KONTOR_URL=${consumer.urls.management} KONTOR_KEY=${consumer.key} \\`,
  `  npx kontor fetch "$transfer" -o ${file}`,
]
