import { setTimeout as sleep } from 'node:timers/promises'
import { connectorProcesses } from '../test/support/processes.ts'
import { median, timed } from './support/numbers.ts'
import type { Part } from './support/part.ts'
import { type Usage, usageOf } from './support/usage.ts'

/** How long a connector that has nothing to do is left alone before its memory is looked at, ms. */
const REST = 5_000

/** From the command to an answer at `/health/ready`: with a new embedded database, and with one that is there; memory idle. */
const part: Part = {
  name: 'startup',
  async run({ directory, nodeOptions, quick, measured }) {
    const ids = quick ? ['a'] : ['a', 'b', 'c']
    const connectors = await connectorProcesses(directory, ids, { nodeOptions, log: 'file' })
    const start = async (connector: (typeof connectors)[number]) => (await timed(() => connector.start())).ms / 1_000

    const [fresh, existing]: [number[], number[]] = [[], []]
    const memory: Usage[] = []
    for (const connector of connectors) {
      fresh.push(await start(connector))
      await connector.stop()
      for (let times = 0; times < 2; times++) {
        existing.push(await start(connector))
        if (times === 0) await sleep(REST)
        if (times === 0) memory.push(await usageOf(connector.pid))
        await connector.stop()
      }
    }
    measured({ name: 'ready, existing database', value: median(existing), unit: 's', target: { atMost: 0.7 } })
    measured({ name: 'ready, new embedded database', value: median(fresh), unit: 's', target: { atMost: 3 } })
    const [connector, database] = (['connector', 'database'] as const).map(of =>
      median(memory.map(each => each[of].rss)),
    )
    measured({ name: 'memory idle', value: connector ?? 0, unit: 'MiB', target: { atMost: 110 } })
    measured({ name: 'memory idle, its PostgreSQL, shared pages counted each time', value: database ?? 0, unit: 'MiB' })
  },
}
export default part
