import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

// biome-ignore format: a table is read by its columns
const counters = {
  // name                            labels                              help
  kontor_messages_total:            [['direction', 'type', 'result'],    'Dataspace Protocol messages, in and out'],
  kontor_outbox_failures_total:     [['kind', 'lane'],                   'Work of the outbox that failed and is tried again'],
  kontor_job_failures_total:        [['kind'],                           'Other durable work that failed and is tried again'],
  kontor_crawls_total:              [['result'],                         'Looks at catalogues of others, to be kept'],
  kontor_dataplane_bytes_total:     [['format'],                         'Bytes of data served'],
  kontor_dataplane_requests_total:  [['format', 'status'],               'Requests for data, by answer'],
  kontor_http_requests_total:       [['plane', 'method', 'status'],      'HTTP requests, by answer'],
  kontor_identity_rejections_total: [['door', 'reason'],                 'Peers turned down because of their tokens, presentations or credentials'],
  kontor_scrape_failures_total:     [['metric'],                         'Gauges that could not be read when metrics were asked for'],
} as const

// biome-ignore format: a table is read by its columns
const durations = {
  kontor_message_seconds:           [['direction', 'type'],              'From the arrival of a message to its answer, or from sending it to the answer'],
} as const

// biome-ignore format: a table is read by its columns
const gauges = {
  kontor_outbox_depth:              [[],                                 'Effects that wait in the outbox'],
  kontor_outbox_oldest_seconds:     [[],                                 'Age of the oldest effect in the outbox that is due'],
  kontor_negotiations:              [['role', 'state'],                  'Contract negotiations, by state'],
  kontor_transfers:                 [['role', 'state'],                  'Transfer processes, by state'],
} as const

/** A value for every label of a metric: a forgotten one is a compile error. */
type LabelsOf<T, N extends keyof T> = T[N] extends readonly [infer L extends readonly string[], string]
  ? Readonly<Record<L[number], string>>
  : never

type Counters = typeof counters
type Durations = typeof durations
type Gauges = typeof gauges

/** One value of a gauge. */
export interface Sample<N extends keyof Gauges> {
  readonly labels: LabelsOf<Gauges, N>
  readonly value: number
}

/** What a connector counts. Labels name kinds, never individuals: a value is kept for every combination for ever. */
export interface Metrics {
  /** Adds to a counter, 1 if nothing else is said. */
  count<N extends keyof Counters>(name: N, labels: LabelsOf<Counters, N>, by?: number): void
  /** Notes how long something took, in seconds. */
  took<N extends keyof Durations>(name: N, labels: LabelsOf<Durations, N>, seconds: number): void
  /** Says how a gauge is read: `read` is called at every scrape, and what it no longer mentions is gone. */
  collect<N extends keyof Gauges>(name: N, read: () => Promise<readonly Sample<N>[]>): void
  /** All metrics in the text format of Prometheus. A gauge that cannot be read is left out and counted as a failure. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** Metrics of one connector, apart from those of any other in the same process; those of the process are in each. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counting = each(counters, (name, labelNames, help) => new Counter({ name, help, labelNames, registers }))
  const timing = each(
    durations,
    (name, labelNames, help) => new Histogram({ name, help, labelNames, registers, buckets }),
  )
  const gauging = each(gauges, (name, labelNames, help) => new Gauge({ name, help, labelNames, registers }))
  for (const gauge of Object.values(gauging)) forget(gauge)
  const readers = new Map<keyof Gauges, () => Promise<readonly Sample<keyof Gauges>[]>>()

  const refresh = async (name: keyof Gauges, read: () => Promise<readonly Sample<keyof Gauges>[]>): Promise<void> => {
    const samples = await read().catch(() => undefined)
    forget(gauging[name])
    if (samples === undefined) counting.kontor_scrape_failures_total.inc({ metric: name })
    else for (const { labels, value } of samples) gauging[name].set(labels, value)
  }

  return {
    count: (name, labels, by = 1) => counting[name].inc(labels, by),
    took: (name, labels, seconds) => timing[name].observe(labels, seconds),
    collect: (name, read) => void readers.set(name, async () => read()),
    async render() {
      await Promise.all([...readers].map(([name, read]) => refresh(name, read)))
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

/** A gauge without labels starts again as zero, which would be a lie about what nobody has read. */
function forget(gauge: Gauge): void {
  gauge.reset()
  gauge.remove({})
}

/** Answers are a matter of milliseconds; a person who decides while the peer waits may take longer. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Makes one instrument for each row of a table. */
function each<N extends string, I>(
  table: Readonly<Record<N, readonly [labels: readonly string[], help: string]>>,
  make: (name: N, labels: string[], help: string) => I,
): Record<N, I> {
  const rows = Object.entries(table) as [N, readonly [readonly string[], string]][]
  return Object.fromEntries(rows.map(([name, [labels, help]]) => [name, make(name, [...labels], help)])) as Record<N, I>
}
