import { type Chapter, del, get, post, put, type Shape } from '../operation.ts'
import { listOf, type Schema } from '../schemas.ts'
import type { bodies } from './bodies.ts'
import type { examples } from './examples.ts'
import type { answersOf } from './schemas.ts'

/** What a version of the EDC's API says: its bodies and answers, and bodies that work as they stand. */
export interface Words {
  readonly bodies: Readonly<Record<keyof typeof bodies, Shape<unknown>>>
  readonly answers: Readonly<Record<keyof ReturnType<typeof answersOf>, Schema>>
  readonly examples: Readonly<Record<keyof typeof examples, object>>
}

/** All operations, by name. */
export type EdcOperations = ReturnType<typeof operationsOf>

/** Everything that the EDC's management API can be asked, in the EDC's order; one table for all versions. */
export function operationsOf({ bodies, answers, examples }: Words) {
  const { nothing, querySpec } = bodies
  const { idResponse, foreign } = answers

  const asset = { example: examples.asset }
  const policyDefinition = { example: examples.policyDefinition }
  const contractDefinition = { example: examples.contractDefinition }
  const query = { example: examples.querySpec, mayBeEmpty: true } as const

  // biome-ignore format: a table is read by its columns
  return {
    createAsset:                  post('/assets',                             bodies.asset,              idResponse,                         'Creates an asset', asset),
    updateAsset:                  put( '/assets',                             bodies.asset,              undefined,                          'Replaces an asset', asset),
    requestAssets:                post('/assets/request',                     querySpec,                 listOf(answers.asset),              'Lists assets', query),
    getAsset:                     get( '/assets/:id',                         nothing,                   answers.asset,                      'Shows an asset'),
    removeAsset:                  del( '/assets/:id',                         nothing,                   undefined,                          'Removes an asset that no contract needs'),

    createPolicyDefinition:       post('/policydefinitions',                  bodies.policyDefinition,   idResponse,                         'Creates a policy definition', policyDefinition),
    requestPolicyDefinitions:     post('/policydefinitions/request',          querySpec,                 listOf(answers.policyDefinition),   'Lists policy definitions', query),
    updatePolicyDefinition:       put( '/policydefinitions/:id',              bodies.policyDefinition,   undefined,                          'Replaces a policy definition', policyDefinition),
    getPolicyDefinition:          get( '/policydefinitions/:id',              nothing,                   answers.policyDefinition,           'Shows a policy definition'),
    removePolicyDefinition:       del( '/policydefinitions/:id',              nothing,                   undefined,                          'Removes a policy definition that is not in use'),
    validatePolicyDefinition:     post('/policydefinitions/:id/validate',     nothing,                   answers.policyValidation,           'Tells whether all of a policy can be judged here'),
    planPolicyEvaluation:         post('/policydefinitions/:id/evaluationplan', bodies.evaluationPlan,   answers.evaluationPlan,             'Tells what a policy will be judged by at some time', { example: examples.evaluationPlan }),

    createContractDefinition:     post('/contractdefinitions',                bodies.contractDefinition, idResponse,                         'Creates a contract definition', contractDefinition),
    updateContractDefinition:     put( '/contractdefinitions',                bodies.contractDefinition, undefined,                          'Replaces a contract definition', contractDefinition),
    requestContractDefinitions:   post('/contractdefinitions/request',        querySpec,                 listOf(answers.contractDefinition), 'Lists contract definitions', query),
    getContractDefinition:        get( '/contractdefinitions/:id',            nothing,                   answers.contractDefinition,         'Shows a contract definition'),
    removeContractDefinition:     del( '/contractdefinitions/:id',            nothing,                   undefined,                          'Removes a contract definition'),

    requestCatalog:               post('/catalog/request',                    bodies.catalogRequest,     foreign,                            'Asks another participant for its catalogue', { example: examples.catalogRequest }),
    requestDataset:               post('/catalog/dataset/request',            bodies.datasetRequest,     foreign,                            'Asks another participant for one dataset', { example: examples.datasetRequest }),

    requestCatalogs:              post('/catalogs/request',                   querySpec,                 listOf(foreign),                    'Lists the catalogues of others that are kept here', query),

    createContractNegotiation:    post('/contractnegotiations',               bodies.contractRequest,    idResponse,                         'Requests a contract', { example: examples.contractRequest }),
    requestContractNegotiations:  post('/contractnegotiations/request',       querySpec,                 listOf(answers.negotiation),        'Lists negotiations', query),
    getContractNegotiation:       get( '/contractnegotiations/:id',           nothing,                   answers.negotiation,                'Shows a negotiation'),
    getContractNegotiationState:  get( '/contractnegotiations/:id/state',     nothing,                   answers.negotiationState,           'Tells the state of a negotiation'),
    getNegotiatedAgreement:       get( '/contractnegotiations/:id/agreement', nothing,                   answers.agreement,                  'Shows the agreement of a negotiation'),
    terminateContractNegotiation: post('/contractnegotiations/:id/terminate', bodies.terminateNegotiation, undefined,                        'Ends a negotiation', { example: examples.terminateNegotiation }),
    removeContractNegotiation:    del( '/contractnegotiations/:id',           nothing,                   undefined,                          'Deletes a negotiation that led to nothing'),

    requestContractAgreements:    post('/contractagreements/request',         querySpec,                 listOf(answers.agreement),          'Lists agreements', query),
    retireContractAgreement:      post('/contractagreements/retirements',     bodies.retirement,         undefined,                          'Retires an agreement, and ends the transfers under it', { example: examples.retirement }),
    requestRetirements:           post('/contractagreements/retirements/request', querySpec,             listOf(answers.retirement),         'Lists retired agreements', query),
    reinstateContractAgreement:   del( '/contractagreements/retirements/:id', nothing,                   undefined,                          'Takes a retirement back'),
    getContractAgreement:         get( '/contractagreements/:id',             nothing,                   answers.agreement,                  'Shows an agreement'),
    getNegotiationOfAgreement:    get( '/contractagreements/:id/negotiation', nothing,                   answers.negotiation,                'Shows the negotiation of an agreement'),

    createTransferProcess:        post('/transferprocesses',                  bodies.transferRequest,    idResponse,                         'Requests a transfer', { example: examples.transferRequest }),
    requestTransferProcesses:     post('/transferprocesses/request',          querySpec,                 listOf(answers.transfer),           'Lists transfers', query),
    getTransferProcess:           get( '/transferprocesses/:id',              nothing,                   answers.transfer,                   'Shows a transfer'),
    getTransferProcessState:      get( '/transferprocesses/:id/state',        nothing,                   answers.transferState,              'Tells the state of a transfer'),
    terminateTransferProcess:     post('/transferprocesses/:id/terminate',    bodies.terminateTransfer,  undefined,                          'Ends a transfer', { example: examples.terminateTransfer }),
    suspendTransferProcess:       post('/transferprocesses/:id/suspend',      bodies.suspendTransfer,    undefined,                          'Halts a transfer', { example: examples.suspendTransfer }),
    resumeTransferProcess:        post('/transferprocesses/:id/resume',       nothing,                   undefined,                          'Goes on with a transfer'),
    deprovisionTransferProcess:   post('/transferprocesses/:id/deprovision',  nothing,                   undefined,                          'Does nothing: nothing is provisioned here'),

    createEdr:                    post('/edrs',                               bodies.contractRequest,    idResponse,                         'Requests a contract and then, as soon as there is one, the data: an extension of Tractus-X', { example: examples.contractRequest }),
    requestEdrs:                  post('/edrs/request',                       querySpec,                 listOf(answers.edr),                'Lists where data can be fetched', query),
    getEdrDataAddress:            get( '/edrs/:id/dataaddress',               nothing,                   answers.edrAddress,                 'Tells where the data of a transfer is fetched, with a token that is good now'),
    refreshEdr:                   post('/edrs/:id/refresh',                   nothing,                   answers.edrAddress,                 'Tells the same; a token that is good is not exchanged for another'),
    removeEdr:                    del( '/edrs/:id',                           nothing,                   undefined,                          'Forgets where the data is fetched'),

    createSecret:                 post('/secrets',                            bodies.secret,             idResponse,                         'Keeps a secret under a name', { example: examples.secret }),
    updateSecret:                 put( '/secrets',                            bodies.secret,             undefined,                          'Replaces a secret', { example: examples.secret }),
    getSecret:                    get( '/secrets/:id',                        nothing,                   answers.secret,                     'Tells that a secret is there, and never what it is'),
    removeSecret:                 del( '/secrets/:id',                        nothing,                   undefined,                          'Throws a secret away'),

    getDataPlanes:                get( '/dataplanes',                         nothing,                   listOf(answers.dataPlane),          'Lists data planes'),
  } as const
}

// biome-ignore format: a table is read by its columns
const tags: readonly (readonly [tag: string, path: RegExp, description: string])[] = [
  [ 'assets',              /^\/assets/,               'EDC: what there is to offer.'                         ],
  [ 'policy definitions',  /^\/policydefinitions/,    'EDC: terms on which it may be had.'                   ],
  [ 'contract definitions', /^\/contractdefinitions/, 'EDC: what puts assets on offer, and to whom.'         ],
  [ 'catalogue',           /^\/catalog/,              "EDC: what others offer."                              ],
  [ 'contract negotiations', /^\/contractnegotiations/, 'EDC: from an offer to an agreement.'                ],
  [ 'contract agreements', /^\/contractagreements/,   'EDC: what was agreed.'                                ],
  [ 'transfer processes',  /^\/transferprocesses/,    'EDC: data under way.'                                 ],
  [ 'EDRs',                /^\/edrs/,                 'EDC: endpoint data references, where data is fetched.' ],
  [ 'secrets',             /^\/secrets/,              'EDC: keys of sources, by name; they are never told again.' ],
  [ 'data planes',         /^\/dataplanes/,           'EDC: what moves the data.'                            ],
]

/** The operations of a version, chapter by chapter. */
export const chaptersOf = (version: string, operations: Partial<EdcOperations>): readonly Chapter[] =>
  tags
    .filter(([, pattern]) => Object.values(operations).some(({ path }) => pattern.test(path)))
    .map(([tag, pattern, description]) => ({
      tag: `EDC ${version}: ${tag}`,
      description,
      operations: Object.fromEntries(Object.entries(operations).filter(([, { path }]) => pattern.test(path))),
    }))
