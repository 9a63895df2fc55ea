import type { JsonObject } from '../../jsonld/index.ts'
import { apis } from './apis.ts'
import { openApiDocument } from './document.ts'
import { openApiPage } from './page/page.ts'
import type { Document } from './page/types.ts'

export { apis } from './apis.ts'

/** The description of the management API, for programs. */
export const managementDocument = (): JsonObject => openApiDocument(apis)

/** The same as a file of the manual; `npm run docs` writes it. */
export const openApiReference = (): string => `${JSON.stringify(managementDocument(), null, 2)}\n`

/** The same as a page for people. What `openApiDocument` makes has all that the page reads. */
export const managementPage = (): string => openApiPage(managementDocument() as unknown as Document)
