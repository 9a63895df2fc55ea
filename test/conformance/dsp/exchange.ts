import { randomUUID } from 'node:crypto'
import { hear, look, nothingElse, say, sayInVain } from './moves.ts'
import type { Protocol, Talk, Word } from './talk.ts'

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
