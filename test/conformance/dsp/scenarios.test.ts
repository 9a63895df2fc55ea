import t from 'tap'
import { subjectOf, testIds } from '../../../src/cli/conformance/kit.ts'
import type { Transfer, TransferDecider } from '../../../src/transfer/index.ts'
import scenarios from './scenarios.ts'

const [decider] = scenarios.transfer as [TransferDecider]

/** What is decided about a transfer in that state, reached so often. */
function decide(datasetId: string, state: Transfer['state'], times: number) {
  const at = new Date(0)
  const process: Transfer = {
    id: 'a',
    role: 'provider',
    state,
    counterparty: 'b',
    peerPid: 'c',
    address: 'http://127.0.0.1',
    data: { agreementId: 'd', datasetId, format: 'e' },
    sending: [],
    seen: [],
    visits: state ? { [state]: times } : {},
    waiting: null,
    error: null,
    version: 1,
    journalSeq: 0,
    journalHash: '',
    createdAt: at,
    updatedAt: at,
  }
  const world = { agreement: undefined, standing: {}, formats: [], claims: {} }
  return decider.decide({ process, task: undefined, cause: 'received', message: 'request', world, now: at })
}

t.test('every transfer of the kit has a scenario, and no other has', async t => {
  for (const id of [...testIds('TP'), ...testIds('TP_C')]) t.ok(decide(subjectOf(id), 'TERMINATED', 1), id)
  t.equal(decide('wind', 'REQUESTED', 1), undefined)
})

t.test('a scenario tells a state that is reached again from the first time, and waits before it moves', async t => {
  t.match(decide('ATP0104', 'STARTED', 1), { kind: 'move', step: { message: 'suspend' }, after: Number })
  t.match(decide('ATP0104', 'STARTED', 2), { kind: 'move', step: { message: 'complete' } })
})

t.test('where the scenario has no move, doing nothing is an opinion', async t => {
  t.same(decide('ATP0205', 'REQUESTED', 1), { kind: 'nothing' })
})
