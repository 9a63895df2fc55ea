import type { Scenario } from '../scenario.ts'
import { agreements } from './agreements.ts'
import { callbacks } from './callbacks.ts'
import { catalogues } from './catalogues.ts'
import { crowdScenes } from './crowds.ts'
import { examinations } from './doctor.ts'
import { moving } from './moving.ts'
import { refusals } from './refusals.ts'
import { transfers } from './transfers.ts'

/** Everything that must go well between an EDC and us. */
export const scenarios: readonly Scenario[] = [
  ...catalogues,
  ...agreements,
  ...refusals,
  ...transfers,
  ...callbacks,
  ...examinations,
  ...moving,
  ...crowdScenes,
]
