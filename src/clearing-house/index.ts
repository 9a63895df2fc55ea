/** A Gaia-X clearing house for labs and tests, which knows nothing of the connector. */
export { type ClearingHouse, type ClearingHouseOptions, startClearingHouse } from './house.ts'
export type { LabelForm } from './label.ts'
export type { KnownNumber } from './notary.ts'
