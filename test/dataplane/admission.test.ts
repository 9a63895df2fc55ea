import t from 'tap'
import { isBehind, refusalOf } from '../../src/dataplane/admission.ts'
import type { FlowState, Standing } from '../../src/dataplane/types.ts'

const flow = (state: FlowState, generation: number, reason: string | null = null): Standing => ({
  id: 'flow-1',
  state,
  generation,
  reason,
})

t.test('only a flow that runs lets data through, and only for tokens of its generation', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    // state         flow's  token's  refusal
    [ 'started',     2,      2,       undefined         ],
    [ 'started',     2,      1,       'unauthenticated' ],
    [ 'started',     2,      3,       'unauthenticated' ],
    [ 'suspended',   2,      1,       'suspended'       ],
    [ 'terminated',  1,      1,       'terminated'      ],
    [ 'completed',   1,      1,       'completed'       ],
  ] as const
  for (const [state, flows, tokens, code] of table) t.equal(refusalOf(flow(state, flows), tokens)?.code, code, state)
  t.equal(refusalOf(undefined, 1)?.status, 401)
})

t.test('the reason is told, once', async t => {
  t.equal(refusalOf(flow('suspended', 1, 'A pause.'), 1)?.message, 'The transfer is suspended: A pause.')
  t.equal(refusalOf(flow('suspended', 1, 'the transfer is suspended'), 1)?.message, 'The transfer is suspended.')
})

t.test('a token tells when what we know is old', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    // state        flow's  token's  old
    [ 'started',    1,      1,       false ],
    [ 'started',    1,      2,       true  ],
    [ 'started',    2,      1,       false ],
    [ 'suspended',  2,      1,       false ],
    [ 'suspended',  2,      2,       true  ],
    [ 'terminated', 2,      2,       false ],
  ] as const
  for (const [state, flows, tokens, old] of table)
    t.equal(isBehind(flow(state, flows), tokens), old, `${state} ${flows} ${tokens}`)
})
