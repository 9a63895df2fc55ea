/** A whole data space in one process: for `kontor lab`, for tests, for learning. */
export { PARTNERS, type Part } from './cast.ts'
export { createLab, type Lab, type LabOptions } from './lab.ts'
export type { Participant } from './participant.ts'
export { runLab } from './run.ts'
export type { LabSettings } from './settings.ts'
