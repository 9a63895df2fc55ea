import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { DSP_CONTEXT } from '../../../src/dsp/index.ts'
import { otherRole, type Role } from '../../../src/process/index.ts'
import { assertValid } from '../../support/spec.ts'
import type { Subject } from './connector.ts'
import type { Answered, Arrival, Peer } from './peer.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * How an exchange is written: `> request  < offer  = OFFERED  x verify  ~ terminate`
 *
 *     >  the peer says it, the connector takes it
 *     x  the peer says it, the connector refuses it and stays in its state
 *     <  the connector says it by itself
 *     ~  the same, but the peer does not listen yet when it comes for the first time
 *     =  the peer looks: that is the state
 */
type Mark = '>' | 'x' | '<' | '~' | '='

/** One message of a protocol, from both sides. */
interface Word {
  readonly type: string
  /** Behind the process's id. */
  readonly path: string
  /** The state in which it leaves the process. */
  readonly state: string
  /** Whether the kit answers it with the process or with nothing. */
  readonly answered: boolean
  /** What the peer's message carries. */
  readonly says: (talk: Talk) => Json
  /** What the connector's message must carry, to the last property. It may look into it for what the connector was free to choose. */
  readonly carries: (talk: Talk, body: Json) => Json
}

/** One of the two protocols in which a process goes from state to state. */
export interface Protocol {
  readonly collection: 'negotiations' | 'transfers'
  readonly process: 'ContractNegotiation' | 'TransferProcess'
  readonly error: 'ContractNegotiationError' | 'TransferError'
  readonly words: { readonly [word: string]: Word }
}

/** An exchange as it goes on. */
export interface Talk {
  readonly t: Test
  readonly subject: Subject
  readonly peer: Peer
  readonly testId: string
  /** The connector's. */
  readonly role: Role
  /** The connector's id of the process, once it has told. */
  pid: string | undefined
  /** The peer's. */
  readonly peerPid: string
  state: string
  /** What was said by either side, in order. */
  readonly said: { readonly type: string; readonly carried: Json }[]
}

/** Plays an exchange, and checks what the conformance kit checks and everything it does not. */
export async function play(
  { peer, ...given }: Pick<Talk, 't' | 'subject' | 'peer' | 'testId' | 'role'>,
  protocol: Protocol,
  exchange: string,
  begin: () => Promise<unknown>,
): Promise<Talk> {
  const talk: Talk = { ...given, peer, pid: undefined, peerPid: `urn:uuid:${randomUUID()}`, state: '', said: [] }
  for (const [mark, word] of movesIn(exchange)) {
    if (mark === '=') await look(talk, protocol, word)
    else if (mark === '>') await say(talk, protocol, wordOf(protocol, word))
    else if (mark === 'x') await sayInVain(talk, protocol, wordOf(protocol, word))
    else await hear(talk, protocol, wordOf(protocol, word), mark === '~', talk.state === '' ? begin : undefined)
  }
  await look(talk, protocol, talk.state)
  await nothingElse(talk)
  return talk
}

const movesIn = (exchange: string): (readonly [Mark, string])[] =>
  [...exchange.matchAll(/([>x<~=]) (\w+)/g)].map(([, mark, word = '']) => [mark as Mark, word])

function wordOf({ words }: Protocol, name: string): Word {
  const word = words[name]
  if (!word) throw new Error(`${name} is no word of the protocol`)
  return word
}

/** Both ids of the process, by the names they have in messages. */
const pidsOf = ({ role, pid, peerPid }: Talk) => ({ [`${role}Pid`]: pid, [`${otherRole(role)}Pid`]: peerPid })

/** The process as it must be shown. */
const shown = (talk: Talk, { process }: Protocol) => ({
  '@context': [DSP_CONTEXT],
  '@type': process,
  ...pidsOf(talk),
  state: talk.state,
})

const urlOf = ({ subject, pid }: Talk, { collection }: Protocol, path = ''): string =>
  `${subject.protocolUrl}/${collection}${pid === undefined ? '' : `/${encodeURIComponent(pid)}`}${path && `/${path}`}`

function post(talk: Talk, protocol: Protocol, word: Word, carried: Json): Promise<Answered> {
  const { peer, role, pid, peerPid } = talk
  const addressed = pid === undefined ? { callbackAddress: peer.url } : { [`${role}Pid`]: pid }
  const ids = { '@type': word.type, '@id': randomUUID(), [`${otherRole(role)}Pid`]: peerPid, ...addressed }
  const message = { ...ids, ...carried, '@context': [DSP_CONTEXT] }
  return peer.say(urlOf(talk, protocol, word.path), message)
}

async function say(talk: Talk, protocol: Protocol, word: Word): Promise<void> {
  const { t, role } = talk
  const carried = word.says(talk)
  const { status, type, body } = await post(talk, protocol, word, carried)
  t.equal(status, talk.pid === undefined ? 201 : 200, `${word.type} is taken`)
  talk.said.push({ type: word.type, carried })
  talk.pid ??= String(body[`${role}Pid`])
  talk.state = word.state
  t.match(type, /^application\/json/)
  t.same(body, shown(talk, protocol), `${word.type} is answered with the process`)
  assertValid(t, body)
}

async function sayInVain(talk: Talk, protocol: Protocol, word: Word): Promise<void> {
  const { t, state } = talk
  const { status, body } = await post(talk, protocol, word, word.says(talk))
  t.equal(status, 400, `${word.type} is refused`)
  const { code, reason, ...rest } = body
  t.same(rest, { '@context': [DSP_CONTEXT], '@type': protocol.error, ...pidsOf(talk) })
  t.equal(code, 'wrong-state')
  t.match(reason, [/^A (consumer|provider) cannot/], 'the reason is a sentence')
  assertValid(t, body)
  await look(talk, protocol, state)
}

async function hear(
  talk: Talk,
  protocol: Protocol,
  word: Word,
  late: boolean,
  begin?: () => Promise<unknown>,
): Promise<void> {
  const { t, peer, role, peerPid, subject } = talk
  const path = `/${protocol.collection}/${begin ? '' : `${encodeURIComponent(peerPid)}/`}${word.path}`
  const answer = ({ body }: Arrival) => {
    const taken = { ...talk, pid: String(body[`${role}Pid`]), state: word.state }
    return word.answered || begin ? shown(taken, protocol) : undefined
  }
  const [{ headers, body }] = await Promise.all([peer.expect(path, answer, late), begin?.()])
  talk.pid ??= String(body[`${role}Pid`])
  talk.state = word.state
  t.equal(headers.authorization, subject.presents)
  t.match(headers['content-type'], /^application\/json/)
  t.match(body['@id'], /^urn:uuid:/)
  const { [`${otherRole(role)}Pid`]: _unknownYet, ...ownPid } = pidsOf(talk)
  const addressed = begin ? { ...ownPid, callbackAddress: subject.protocolUrl } : pidsOf(talk)
  const carried = word.carries(talk, body)
  talk.said.push({ type: word.type, carried })
  t.same(
    body,
    { '@context': [DSP_CONTEXT], '@id': body['@id'], '@type': word.type, ...addressed, ...carried },
    `${word.type} says what it should`,
  )
  assertValid(t, body)
}

async function look(talk: Talk, protocol: Protocol, state: string): Promise<void> {
  const { t, peer } = talk
  const { status, body } = await peer.look(urlOf(talk, protocol))
  t.equal(status, 200)
  t.same(body, { ...shown(talk, protocol), state }, `it is ${state}`)
  assertValid(t, body)
}

/** The connector has nothing left to do; what was refused has come again unchanged, and was taken; nothing came twice. */
async function nothingElse({ t, subject, pid = '', peer: { taken, refused } }: Talk): Promise<void> {
  await subject.idle(pid)
  const known = new Map(taken.map(({ path, body }) => [body['@id'], { path, body }]))
  t.equal(known.size, taken.length, 'every message has an id of its own')
  for (const { path, body } of refused)
    t.same({ path, body }, known.get(body['@id']), 'a repetition is the same message')
}
