import { createServer } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { follow } from '../../src/cli/follow/follow.ts'
import { createTeller } from '../../src/cli/follow/screen.ts'
import { listening } from '../support/listening.ts'

t.test('of what has led to the end nothing is left untold, however late it came', async t => {
  const states = ['REQUESTED', 'AGREED', 'VERIFIED', 'FINALIZED']
  let reached = 0
  const server = createServer(async (request, response) => {
    const say = (body: object) => response.end(JSON.stringify(body))
    const items = states
      .slice(0, reached)
      .map(state => ({ at: '2026-11-26T12:00:00Z', state, event: 'received', actor: 'peer', message: null }))
    if (request.url?.endsWith('/history')) return say({ items })
    // Asked how it stands, it comes to its end; whoever has asked for the history at the same time does not see that there.
    for (let turns = 0; turns < 100; turns++) await turn()
    reached = states.length
    return say({ id: 'n', state: states[reached - 1], error: null, waiting: null, sending: [], delivery: null })
  })
  const api = { url: await listening(t, server), key: 'k' }
  const told: string[] = []
  const teller = createTeller({ write: text => void told.push(text) }, {})
  await follow(api, '/negotiations/n', ['FINALIZED'], { teller, timeout: 60_000, stopped: new Promise(() => {}) })
  for (const state of states) t.match(told.join(''), state)
})
