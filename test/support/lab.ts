import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Connector } from '../../src/connector.ts'
import { createLab, type Lab, type LabOptions, type Part } from '../../src/lab/index.ts'
import { testDatabaseUrl } from './database.ts'

/** A lab in which one can wait for all that is to be done. */
export interface TestLab extends Lab {
  /** Resolves when everything that is due at any of its connectors is done. */
  drain(): Promise<void>
}

const parts: readonly Part[] = ['provider', 'consumer', 'stranger', 'authority']

/** A lab on databases of the test's own, all of it gone at its end; by static tokens unless it is said otherwise. */
export async function startLab(
  t: Pick<Test, 'teardown'>,
  options: Pick<LabOptions, 'adjust' | 'surroundings' | 'identity' | 'labels'> = {},
): Promise<TestLab> {
  const directory = await mkdtemp(join(tmpdir(), 'kontor-test-lab-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const { identity = 'tokens' } = options
  const taking = parts.filter(part => part !== 'authority' || identity === 'dcp')
  const databases = Object.fromEntries(
    await Promise.all(taking.map(async part => [part, await testDatabaseUrl(t)] as const)),
  )
  const lab = await createLab({ ...options, identity, directory, databases })
  // Before the databases go: what is registered last is done first.
  t.teardown(() => lab.stop())
  return { ...lab, drain: () => drain(lab.participants.map(({ connector }) => connector)) }
}

/** How much has happened at a connector so far, and how much is due at once. */
interface Measure {
  readonly happened: number
  readonly due: number
}

async function measure({ db }: Connector): Promise<Measure> {
  const [row] = await db.query<{ happened: number; due: number }>(
    `select (select coalesce(sum(version), 0)::int from process) as happened,
       (select count(*)::int from outbox where due <= now()) + (select count(*)::int from job where due <= now()) as due`,
  )
  return row ?? { happened: 0, due: 0 }
}

/**
 * What one connector has done may be work for another that was idle a moment ago, so it takes two rounds in which nothing
 * was due and nothing had happened in between.
 */
async function drain(connectors: readonly Connector[]): Promise<void> {
  for (let before = -1; ; ) {
    await Promise.all(connectors.map(({ outbox }) => outbox.drained()))
    const measures = await Promise.all(connectors.map(measure))
    const happened = measures.reduce((sum, { happened }) => sum + happened, 0)
    const idle = measures.every(({ due }) => due === 0)
    if (idle && happened === before) return
    before = idle ? happened : -1
    if (!idle) await sleep(5)
  }
}
