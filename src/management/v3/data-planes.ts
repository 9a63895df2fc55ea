import type { Given } from '../given.ts'
import type { Handler } from './answer.ts'
import type { Version } from './version.ts'

/** What sources of data may be called; which of them are served depends on the configuration. */
export const sourceTypes = ['HttpData', 'File'] as const

/** Data planes, as EDC's `dataplanes`: there is one, which belongs to the connector and cannot be away. */
export function dataPlaneHandlers({ dataPlane }: Pick<Given, 'dataPlane'>, { answer }: Version) {
  const list: Handler = async () => {
    const served = sourceTypes.filter(type => dataPlane.formatsOf({ type }).length > 0)
    return [
      answer({
        '@id': 'data-plane',
        '@type': 'DataPlaneInstance',
        url: dataPlane.url(),
        allowedSourceTypes: served,
        allowedTransferTypes: [...new Set(served.flatMap(type => dataPlane.formatsOf({ type })))],
        state: 'AVAILABLE',
      }),
    ]
  }

  return { list }
}
