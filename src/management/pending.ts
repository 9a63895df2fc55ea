import type { Given } from './given.ts'

/** Processes as they are, but where one has no error of its own, the trouble with its message under way, as the EDC shows it. */
export async function withTrouble<P extends { readonly id: string; readonly error: string | null }>(
  processes: readonly P[],
  pendingOf: Given['pendingOf'],
): Promise<P[]> {
  const pending = await pendingOf(processes.filter(({ error }) => error === null).map(({ id }) => id))
  return processes.map(process => ({ ...process, error: process.error ?? pending.get(process.id)?.lastError ?? null }))
}
