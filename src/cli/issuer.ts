import type { Command } from 'commander'
import { invalid } from '../errors.ts'
import { type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'
import { addOutput, minutes, type Output, print } from './table.ts'

type Options = ApiOptions & Output

interface Reasoned extends Options {
  readonly reason?: string
}

interface Request {
  readonly id: string
  readonly holder: string
  readonly definitions: readonly string[]
  readonly state: string
  readonly deliveredAt: string | null
  readonly error: string | null
  readonly createdAt: string
}

interface Issued {
  readonly id: string
  readonly type: string
  readonly holder: string
  readonly state: string
  readonly validUntil: string
}

type Items<T> = { readonly items: readonly T[] }

/** `kontor issuer`: what others ask us to attest, and what we have attested, at a running connector. */
export function issuerCommand(program: Command): void {
  const issuer = program.command('issuer').description('decide about requests for credentials, and about credentials')
  const add = (name: string, about: string): Command =>
    addOutput(addApiOptions(issuer.command(name).description(about)))
  const because = (command: Command): Command => command.option('--reason <text>', 'why, in a sentence')

  add('requests', 'what holders have asked for').action(requests)
  add('approve', 'issue what was asked for')
    .argument('<request>', 'its id')
    .option('--claim <name=value...>', 'a claim that the configuration does not know of the holder')
    .action(approve)
  because(add('reject', 'do not issue it; the holder is told why').argument('<request>', 'its id')).action(reject)
  add('offer', 'tell a holder what it could ask for')
    .argument('<holder>', 'its DID')
    .argument('<ids...>', 'ids of credential definitions')
    .option('--reason <word>', 'such as reissue')
    .action(offer)
  add('credentials', 'what was issued, and how it stands').action(credentials)
  const changes = { revoke: 'end a credential for ever', suspend: 'end it for now', reinstate: 'let it hold again' }
  for (const [name, about] of Object.entries(changes))
    because(add(name, about).argument('<credential>', 'its id')).action((id: string, options: Reasoned) =>
      change(name, id, options),
    )
}

const requestHeads = ['REQUEST', 'STATE', 'OF', 'HOLDER', 'SINCE', 'DELIVERED']

const requestCells = (request: Request): readonly string[] => [
  request.id,
  request.state,
  request.definitions.join(' '),
  request.holder,
  minutes(request.createdAt),
  request.error ?? minutes(request.deliveredAt),
]

async function requests(options: Options): Promise<void> {
  const answer = await ask<Items<Request>>(apiOf(options, process.env), '/issuance/requests?limit=1000')
  print(options, answer.items, requestHeads, requestCells)
}

async function approve(id: string, options: Options & { claim?: readonly string[] }): Promise<void> {
  const claims = Object.fromEntries((options.claim ?? []).map(readClaim))
  const path = `/issuance/requests/${encodeURIComponent(id)}/approve`
  print(options, [await ask<Request>(apiOf(options, process.env), path, { claims })], requestHeads, requestCells)
}

function readClaim(text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw invalid(`--claim must be name=value, not ${JSON.stringify(text)}.`)
  return [name, value]
}

async function reject(id: string, { reason, ...options }: Reasoned): Promise<void> {
  const path = `/issuance/requests/${encodeURIComponent(id)}/reject`
  const rejected = await ask<Request>(apiOf(options, process.env), path, { ...(reason && { reason }) })
  print(options, [rejected], requestHeads, requestCells)
}

async function offer(holder: string, ids: readonly string[], { reason, ...options }: Reasoned): Promise<void> {
  const order = { holder, credentials: ids, ...(reason && { reason }) }
  const { id } = await ask<{ id: string }>(apiOf(options, process.env), '/issuance/offers', order)
  process.stdout.write(`Offer ${id} is on its way.\n`)
}

const issuedHeads = ['CREDENTIAL', 'STATE', 'TYPE', 'HOLDER', 'VALID UNTIL']

const issuedCells = ({ id, state, type, holder, validUntil }: Issued): readonly string[] => [
  id,
  state,
  type,
  holder,
  minutes(validUntil),
]

async function credentials(options: Options): Promise<void> {
  const answer = await ask<Items<Issued>>(apiOf(options, process.env), '/issuance/credentials?limit=1000')
  print(options, answer.items, issuedHeads, issuedCells)
}

async function change(name: string, id: string, { reason, ...options }: Reasoned): Promise<void> {
  const path = `/issuance/credentials/${encodeURIComponent(id)}/${name}`
  const changed = await ask<Issued>(apiOf(options, process.env), path, { ...(reason && { reason }) })
  print(options, [changed], issuedHeads, issuedCells)
}
