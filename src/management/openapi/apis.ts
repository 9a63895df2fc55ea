import type { Api } from '../operation.ts'
import { chapters as v1 } from '../v1/operations/index.ts'
import { chaptersOf } from '../v3/operations.ts'
import { errors } from '../v3/schemas.ts'
import { federatedCatalogue, version3 } from '../v3/version.ts'
import { version4 } from '../v4/version.ts'
import { observability, self, sts } from './beside.ts'
import { problem } from './problem.ts'

const v3 = chaptersOf('v3', version3.operations)
/** `/management/v4beta`, its former name, is answered in the same words, and not described again. */
const v4 = chaptersOf('v4', version4('/v4').operations)

/** All that is answered on the management listener. A router that is not described here fails a test. */
// biome-ignore format: a table is read by its columns
export const apis: readonly Api[] = [
  { version: 'v1', prefix: '/management/v1', suffix: '',   chapters: v1,            error: { type: 'application/problem+json', schema: problem } },
  { version: 'v3', prefix: '/management/v3', suffix: 'V3', chapters: v3,            error: { type: 'application/json',         schema: errors  } },
  { version: 'v4', prefix: '/management/v4', suffix: 'V4', chapters: v4,            error: { type: 'application/json',         schema: errors  } },
  { version: 'v1alpha', prefix: '/management/v1alpha', suffix: 'V1Alpha', chapters: chaptersOf('v1alpha', federatedCatalogue.operations), error: { type: 'application/json', schema: errors } },
  { prefix: '/management',    suffix: '',   chapters: self,          isOpen: true },
  { prefix: '',               suffix: '',   chapters: observability, isOpen: true },
  { prefix: '',               suffix: '',   chapters: sts,           isOpen: true },
]
