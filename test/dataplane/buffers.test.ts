import t from 'tap'
import { bufferBeside } from '../../src/dataplane/buffers.ts'
import { createRunning } from '../../src/dataplane/running.ts'

const KiB = 1_024

// biome-ignore format: a table is read by its columns
const cases = [
  // beside … others   a stream may keep
  [ 0,                 256 * KiB ],
  [ 127,               256 * KiB ],
  [ 255,               128 * KiB ],
  [ 1_023,              32 * KiB ],
  [ 100_000,            16 * KiB ],
] as const

for (const [others, bytes] of cases)
  t.test(`beside ${others} others a stream may keep ${bytes / KiB} KiB`, async t => {
    t.equal(bufferBeside(others), bytes)
  })

t.test('those that have ended take no room from those that come', async t => {
  const running = createRunning({ findStandings: async () => [], mayAccess: async () => true, idle: 1_000 })
  const many = Array.from({ length: 1_024 }, (_, at) => running.open(`flow-${at % 3}`, 1))
  t.equal(many.at(-1)?.buffer, 32 * KiB)
  for (const access of many) running.close(access)
  for (const access of many) running.close(access)
  t.equal(running.open('flow', 1).buffer, 256 * KiB)
})
