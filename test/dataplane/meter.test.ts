import t from 'tap'
import { Access } from '../../src/dataplane/access.ts'
import { createMeter } from '../../src/dataplane/meter.ts'
import type { Usage } from '../../src/dataplane/store.ts'

t.test('bytes are counted once, whenever they are written down', async t => {
  const written: Usage[] = []
  const meter = createMeter(async usages => void written.push(...usages))
  const access = new Access('flow-1', 1, 1_024)
  access.moved(100)
  meter.note([access])
  await meter.flush()
  access.moved(20)
  meter.note([access])
  access.moved(3)
  meter.ended(access)
  await meter.flush()
  await meter.flush()
  t.same(written, [
    { id: 'flow-1', bytes: 100, requests: 0 },
    { id: 'flow-1', bytes: 23, requests: 1 },
  ])
})

t.test('what could not be written is kept for the next time', async t => {
  const written: Usage[] = []
  let away = true
  const meter = createMeter(async usages => {
    if (away) throw new Error('the database is away')
    written.push(...usages)
  })
  const count = (bytes: number) => {
    const access = new Access('flow-1', 1, 1_024)
    access.moved(bytes)
    meter.ended(access)
  }
  count(1)
  await t.rejects(meter.flush())
  count(2)
  away = false
  await meter.flush()
  t.same(written, [{ id: 'flow-1', bytes: 3, requests: 2 }])
})
