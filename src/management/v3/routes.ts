import Router from '@koa/router'
import { renderErrors } from '../../http/index.ts'
import type { Given } from '../given.ts'
import { readId } from '../input.ts'
import { createDoorTo } from '../permissions.ts'
import { agreementHandlers } from './agreements.ts'
import type { Handler } from './answer.ts'
import { assetKind } from './assets.ts'
import { catalogHandlers } from './catalog.ts'
import { catalogsHandlers } from './catalogs.ts'
import { contractDefinitionKind } from './contract-definitions.ts'
import { dataPlaneHandlers } from './data-planes.ts'
import { edrHandlers } from './edrs.ts'
import { renderError } from './errors.ts'
import { evaluationHandlers } from './evaluation.ts'
import { negotiationHandlers } from './negotiations.ts'
import type { EdcOperations } from './operations.ts'
import { policyDefinitionKind } from './policy-definitions.ts'
import { retirementHandlers } from './retirements.ts'
import { secretHandlers } from './secrets.ts'
import { shelfHandlers } from './shelf.ts'
import { transferHandlers } from './transfers.ts'
import { understand, type Version } from './version.ts'

/** How each operation of the EDC's management API is done; the same in all versions. */
function handlersOf(given: Given, version: Version): Readonly<Record<keyof EdcOperations, Handler>> {
  const assets = shelfHandlers(assetKind(given, version), version)
  const policies = shelfHandlers(policyDefinitionKind(given, version), version)
  const evaluation = evaluationHandlers(given, version)
  const definitions = shelfHandlers(contractDefinitionKind(given, version), version)
  const catalog = catalogHandlers(given)
  const catalogs = catalogsHandlers(given)
  const negotiations = negotiationHandlers(given, version)
  const agreements = agreementHandlers(given, version, negotiations.get)
  const retirements = retirementHandlers(given, version)
  const transfers = transferHandlers(given, version)
  const edrs = edrHandlers(given, version)
  const secrets = secretHandlers(given, version)
  const dataPlanes = dataPlaneHandlers(given, version)

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
    validatePolicyDefinition:     evaluation.validate,
    planPolicyEvaluation:         evaluation.plan,

    createContractDefinition:     definitions.create,
    updateContractDefinition:     definitions.replace,
    requestContractDefinitions:   definitions.list,
    getContractDefinition:        definitions.get,
    removeContractDefinition:     definitions.remove,

    requestCatalog:               catalog.request,
    requestDataset:               catalog.dataset,

    requestCatalogs:              catalogs.list,

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

    createEdr:                    negotiations.createWithData,
    requestEdrs:                  edrs.list,
    getEdrDataAddress:            edrs.get,
    refreshEdr:                   edrs.get,
    removeEdr:                    edrs.remove,

    createSecret:                 secrets.create,
    updateSecret:                 secrets.replace,
    getSecret:                    secrets.get,
    removeSecret:                 secrets.remove,

    getDataPlanes:                dataPlanes.list,
  }
}

/** The routes of one version. */
export function edcRoutes(given: Given, version: Version): Router {
  const router = new Router({ prefix: version.prefix })
  const doorTo = createDoorTo(version.prefix.slice(1), given.access)
  const errors = renderErrors(renderError, given.unexpected)
  const handlers = handlersOf(given, version)

  for (const name of Object.keys(version.operations) as (keyof EdcOperations)[]) {
    const operation = version.operations[name]
    if (operation === undefined) continue
    const { method, path, takes } = operation
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
