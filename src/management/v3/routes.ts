import Router from '@koa/router'
import { invalid } from '../../errors.ts'
import { renderErrors } from '../../http/index.ts'
import { isJsonObject, type JsonLd } from '../../jsonld/index.ts'
import type { Given } from '../given.ts'
import { readId } from '../input.ts'
import { createDoorTo } from '../permissions.ts'
import { agreementHandlers } from './agreements.ts'
import type { Handler } from './answer.ts'
import { assetKind } from './assets.ts'
import { catalogHandlers } from './catalog.ts'
import { contractDefinitionKind } from './contract-definitions.ts'
import { dataPlaneHandlers } from './data-planes.ts'
import { edrHandlers } from './edrs.ts'
import { renderError } from './errors.ts'
import { negotiationHandlers } from './negotiations.ts'
import type { Node } from './node.ts'
import { operations } from './operations.ts'
import { policyDefinitionKind } from './policy-definitions.ts'
import { retirementHandlers } from './retirements.ts'
import { secretHandlers } from './secrets.ts'
import { shelfHandlers } from './shelf.ts'
import { transferHandlers } from './transfers.ts'
import { EDC } from './words.ts'

/** How each operation of the EDC's management API, version 3, is done. */
function handlersOf(given: Given): Readonly<Record<keyof typeof operations, Handler>> {
  const assets = shelfHandlers(assetKind(given))
  const policies = shelfHandlers(policyDefinitionKind(given))
  const definitions = shelfHandlers(contractDefinitionKind(given))
  const catalog = catalogHandlers(given)
  const negotiations = negotiationHandlers(given)
  const agreements = agreementHandlers(given, negotiations.get)
  const retirements = retirementHandlers(given)
  const transfers = transferHandlers(given)
  const edrs = edrHandlers(given)
  const secrets = secretHandlers(given)
  const dataPlanes = dataPlaneHandlers(given)

  // biome-ignore format: a table is read by its columns
  return {
    createAsset:                  assets.create,
    updateAsset:                  assets.replace,
    requestAssets:                assets.list,
    getAsset:                     assets.get,
    removeAsset:                  assets.remove,

    createPolicyDefinition:       policies.create,
    requestPolicyDefinitions:     policies.list,
    updatePolicyDefinition:       policies.replace,
    getPolicyDefinition:          policies.get,
    removePolicyDefinition:       policies.remove,

    createContractDefinition:     definitions.create,
    updateContractDefinition:     definitions.replace,
    requestContractDefinitions:   definitions.list,
    getContractDefinition:        definitions.get,
    removeContractDefinition:     definitions.remove,

    requestCatalog:               catalog.request,
    requestDataset:               catalog.dataset,

    createContractNegotiation:    negotiations.create,
    requestContractNegotiations:  negotiations.list,
    getContractNegotiation:       negotiations.get,
    getContractNegotiationState:  negotiations.state,
    getNegotiatedAgreement:       negotiations.agreement,
    terminateContractNegotiation: negotiations.terminate,
    removeContractNegotiation:    negotiations.remove,

    requestContractAgreements:    agreements.list,
    retireContractAgreement:      retirements.create,
    requestRetirements:           retirements.list,
    reinstateContractAgreement:   retirements.remove,
    getContractAgreement:         agreements.get,
    getNegotiationOfAgreement:    agreements.negotiationOf,

    createTransferProcess:        transfers.create,
    requestTransferProcesses:     transfers.list,
    getTransferProcess:           transfers.get,
    getTransferProcessState:      transfers.state,
    terminateTransferProcess:     transfers.terminate,
    suspendTransferProcess:       transfers.suspend,
    resumeTransferProcess:        transfers.resume,
    deprovisionTransferProcess:   transfers.deprovision,

    requestEdrs:                  edrs.list,
    getEdrDataAddress:            edrs.get,
    removeEdr:                    edrs.remove,

    createSecret:                 secrets.create,
    updateSecret:                 secrets.replace,
    getSecret:                    secrets.get,
    removeSecret:                 secrets.remove,

    getDataPlanes:                dataPlanes.list,
  }
}

/** The routes below `/v3`. */
export function v3Routes(given: Given): Router {
  const router = new Router({ prefix: '/v3' })
  const doorTo = createDoorTo('v3', given.access)
  const errors = renderErrors(renderError, given.unexpected)
  const handlers = handlersOf(given)

  for (const name of Object.keys(operations) as (keyof typeof operations)[]) {
    const { method, path, takes } = operations[name]
    const door = doorTo(method, path)
    router[method](path, ctx =>
      errors(ctx, () =>
        door(ctx, async ({ actor, body: said, about }) => {
          const id = readId(ctx)
          const body = await understand(given.jsonLd, said === undefined ? undefined : takes.parse(said))
          about(id || body['@id'])
          const answer = await handlers[name]({ id, body, actor })
          if (answer === undefined) ctx.status = 204
          else ctx.body = answer
        }),
      ),
    )
  }

  return router
}

/**
 * Expands a body in any JSON-LD dress. Words that its contexts do not know are taken to be EDC's: JSON-LD would drop them
 * without a word, and with them, perhaps, what a policy forbids.
 */
async function understand(jsonLd: JsonLd, body: unknown): Promise<Node> {
  if (body === undefined) return {}
  if (!isJsonObject(body)) throw invalid('The body must be a JSON object.')
  const context = [{ '@vocab': EDC }, body['@context'] ?? []].flat()
  const [node = {}, ...others] = await jsonLd.expand({ ...body, '@context': context })
  if (others.length > 0) throw invalid('The body must be one JSON-LD node, but holds several.')
  return node
}
