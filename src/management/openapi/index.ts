import type { JsonObject } from '../../jsonld/index.ts'
import { apis } from './apis.ts'
import { openApiDocument } from './document.ts'

export { apis } from './apis.ts'

/** The description of the management API, for programs. */
export const managementDocument = (): JsonObject => openApiDocument(apis)

/** The same as a file of the manual; `npm run docs` writes it. */
export const openApiReference = (): string => `${JSON.stringify(managementDocument(), null, 2)}\n`
