/** Transfer processes, in both roles (DSP 2025-1, Transfer Process Protocol), and the data flows behind them. */
export { createGate, type MayAccess } from './access.ts'
export type { RefreshToken } from './edr.ts'
export type { Recheck } from './monitor.ts'
export { transferRoutes } from './routes.ts'
export { isPush } from './rules.ts'
export type { State as TransferState } from './table.ts'
export { createTransfers, type Transfers } from './transfers.ts'
export type { FindSource, Transfer, TransferDecider, TransferStep, TransferWorld } from './types.ts'
