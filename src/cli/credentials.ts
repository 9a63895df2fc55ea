import type { Command } from 'commander'
import { type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'
import { addOutput, minutes, type Output, print } from './table.ts'

type Options = ApiOptions & Output

interface Held {
  readonly digest: string
  readonly types: readonly string[]
  readonly issuer: string
  readonly validUntil: string | null
}

interface Request {
  readonly id: string
  readonly issuer: string
  readonly state: string
  readonly objects: readonly string[]
  readonly types: readonly string[]
  readonly reason: string | null
  readonly createdAt: string
}

interface Offer {
  readonly id: string
  readonly issuer: string
  readonly state: string
  readonly objects: readonly string[]
  readonly receivedAt: string
}

type Items<T> = { readonly items: readonly T[] }

/** `kontor credentials`: what is attested about us, at a running connector. */
export function credentialsCommand(program: Command): void {
  const credentials = program
    .command('credentials')
    .description('list, request and accept credentials of a running connector')
  const add = (name: string, about: string): Command =>
    addOutput(addApiOptions(credentials.command(name).description(about)))

  add('list', 'the credentials in the wallet').action(list)
  add('requests', 'what was asked for, and how it stands').action(requests)
  add('request', 'ask an issuer for credentials')
    .argument('<issuer>', 'its DID')
    .argument('<types...>', 'types of credentials, such as MembershipCredential')
    .option('--ids', 'they are ids of what the issuer lists, not types')
    .action(request)
  add('offers', 'what issuers have offered').action(offers)
  add('accept', 'ask for what was offered').argument('<offer>', 'its id').action(accept)
  add('decline', 'do not ask for what was offered').argument('<offer>', 'its id').action(decline)
}

async function list(options: Options): Promise<void> {
  const answer = await ask<Items<Held>>(apiOf(options, process.env), '/credentials?limit=1000')
  const cells = ({ types, issuer, validUntil, digest }: Held) => [types.join(' '), issuer, minutes(validUntil), digest]
  print(options, answer.items, ['TYPE', 'ISSUER', 'VALID UNTIL', 'DIGEST'], cells)
}

const requestHeads = ['REQUEST', 'STATE', 'FOR', 'ISSUER', 'SINCE', 'REASON']

const requestCells = ({ id, state, objects, types, issuer, createdAt, reason }: Request): readonly string[] => [
  id,
  state,
  (types.length > 0 ? types : objects).join(' '),
  issuer,
  minutes(createdAt),
  reason ?? '',
]

async function requests(options: Options): Promise<void> {
  const answer = await ask<Items<Request>>(apiOf(options, process.env), '/credentials/requests?limit=1000')
  print(options, answer.items, requestHeads, requestCells)
}

async function request(issuer: string, names: readonly string[], options: Options & { ids?: boolean }): Promise<void> {
  const wish = { issuer, ...(options.ids ? { credentials: names } : { types: names }) }
  const made = await ask<Request>(apiOf(options, process.env), '/credentials/requests', wish)
  print(options, [made], requestHeads, requestCells)
}

async function offers(options: Options): Promise<void> {
  const answer = await ask<Items<Offer>>(apiOf(options, process.env), '/credentials/offers?limit=1000')
  const cells = ({ id, state, objects, issuer, receivedAt }: Offer) => [
    id,
    state,
    objects.join(' '),
    issuer,
    minutes(receivedAt),
  ]
  print(options, answer.items, ['OFFER', 'STATE', 'OF', 'ISSUER', 'RECEIVED'], cells)
}

async function accept(offer: string, options: Options): Promise<void> {
  const path = `/credentials/offers/${encodeURIComponent(offer)}/accept`
  print(options, [await ask<Request>(apiOf(options, process.env), path, {})], requestHeads, requestCells)
}

async function decline(offer: string, options: Options): Promise<void> {
  await ask(apiOf(options, process.env), `/credentials/offers/${encodeURIComponent(offer)}/decline`, {})
  process.stdout.write(`Declined ${offer}.\n`)
}
