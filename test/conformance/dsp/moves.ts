import { randomUUID } from 'node:crypto'
import { DSP_CONTEXT } from '../../../src/dsp/index.ts'
import { otherRole } from '../../../src/process/index.ts'
import { assertValid } from '../../support/spec.ts'
import type { Answered, Arrival } from './peer.ts'
import type { Json, Protocol, Talk, Word } from './talk.ts'

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

/** The peer says something, and the connector takes it. */
export async function say(talk: Talk, protocol: Protocol, word: Word): Promise<void> {
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

/** The peer says something that does not fit: it is refused in the protocol's words, and nothing changes. */
export async function sayInVain(talk: Talk, protocol: Protocol, word: Word): Promise<void> {
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

/** The connector says something, by itself or (for the first time) because it was asked to `begin`. With `late` it has to repeat it. */
export async function hear(
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

/** The process is in that state, and shown as the protocol wants it. */
export async function look(talk: Talk, protocol: Protocol, state: string): Promise<void> {
  const { t, peer } = talk
  const { status, body } = await peer.look(urlOf(talk, protocol))
  t.equal(status, 200)
  t.same(body, { ...shown(talk, protocol), state }, `it is ${state}`)
  assertValid(t, body)
}

/** A message but for its access tokens: a repeated start message may carry fresh ones. */
const withoutTokens = (body: object): unknown =>
  JSON.parse(JSON.stringify(body), (_, part) =>
    ['authorization', 'refreshToken'].includes(part?.name?.replace(/^.*\//, '')) ? { ...part, value: 'a token' } : part,
  )

/** The connector has nothing left to do; what was refused has come again unchanged, and was taken; nothing came twice. */
export async function nothingElse({ t, subject, pid = '', peer: { taken, refused } }: Talk): Promise<void> {
  await subject.idle(pid)
  const known = new Map(taken.map(({ path, body }) => [body['@id'], { path, body }]))
  t.equal(known.size, taken.length, 'every message has an id of its own')
  for (const { path, body } of refused) {
    const taken = known.get(body['@id'])
    t.same(
      { path, body: withoutTokens(body) },
      taken && { ...taken, body: withoutTokens(taken.body) },
      'a repetition is the same message',
    )
  }
}
