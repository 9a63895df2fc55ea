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
import { policyDefinitionKind } from './policy-definitions.ts'
import { retirementHandlers } from './retirements.ts'
import { secretHandlers } from './secrets.ts'
import { shelfHandlers } from './shelf.ts'
import { transferHandlers } from './transfers.ts'
import { EDC } from './words.ts'

type Row = readonly [method: 'get' | 'post' | 'put' | 'delete', path: string, handle: Handler]

/** The EDC's management API, version 3, route by route. */
function table(given: Given): readonly Row[] {
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
  return [
    [ 'post',   '/assets',                             assets.create            ],
    [ 'put',    '/assets',                             assets.replace           ],
    [ 'post',   '/assets/request',                     assets.list              ],
    [ 'get',    '/assets/:id',                         assets.get               ],
    [ 'delete', '/assets/:id',                         assets.remove            ],

    [ 'post',   '/policydefinitions',                  policies.create          ],
    [ 'post',   '/policydefinitions/request',          policies.list            ],
    [ 'put',    '/policydefinitions/:id',              policies.replace         ],
    [ 'get',    '/policydefinitions/:id',              policies.get             ],
    [ 'delete', '/policydefinitions/:id',              policies.remove          ],

    [ 'post',   '/contractdefinitions',                definitions.create       ],
    [ 'put',    '/contractdefinitions',                definitions.replace      ],
    [ 'post',   '/contractdefinitions/request',        definitions.list         ],
    [ 'get',    '/contractdefinitions/:id',            definitions.get          ],
    [ 'delete', '/contractdefinitions/:id',            definitions.remove       ],

    [ 'post',   '/catalog/request',                    catalog.request          ],
    [ 'post',   '/catalog/dataset/request',            catalog.dataset          ],

    [ 'post',   '/contractnegotiations',               negotiations.create      ],
    [ 'post',   '/contractnegotiations/request',       negotiations.list        ],
    [ 'get',    '/contractnegotiations/:id',           negotiations.get         ],
    [ 'get',    '/contractnegotiations/:id/state',     negotiations.state       ],
    [ 'get',    '/contractnegotiations/:id/agreement', negotiations.agreement   ],
    [ 'post',   '/contractnegotiations/:id/terminate', negotiations.terminate   ],
    [ 'delete', '/contractnegotiations/:id',           negotiations.remove      ],

    [ 'post',   '/contractagreements/request',         agreements.list          ],
    [ 'post',   '/contractagreements/retirements',     retirements.create       ],
    [ 'post',   '/contractagreements/retirements/request', retirements.list     ],
    [ 'delete', '/contractagreements/retirements/:id', retirements.remove       ],
    [ 'get',    '/contractagreements/:id',             agreements.get           ],
    [ 'get',    '/contractagreements/:id/negotiation', agreements.negotiationOf ],

    [ 'post',   '/transferprocesses',                  transfers.create         ],
    [ 'post',   '/transferprocesses/request',          transfers.list           ],
    [ 'get',    '/transferprocesses/:id',              transfers.get            ],
    [ 'get',    '/transferprocesses/:id/state',        transfers.state          ],
    [ 'post',   '/transferprocesses/:id/terminate',    transfers.terminate      ],
    [ 'post',   '/transferprocesses/:id/suspend',      transfers.suspend        ],
    [ 'post',   '/transferprocesses/:id/resume',       transfers.resume         ],
    [ 'post',   '/transferprocesses/:id/deprovision',  transfers.deprovision    ],

    [ 'post',   '/edrs/request',                       edrs.list                ],
    [ 'get',    '/edrs/:id/dataaddress',               edrs.get                 ],
    [ 'delete', '/edrs/:id',                           edrs.remove              ],

    [ 'post',   '/secrets',                            secrets.create           ],
    [ 'put',    '/secrets',                            secrets.replace          ],
    [ 'get',    '/secrets/:id',                        secrets.get              ],
    [ 'delete', '/secrets/:id',                        secrets.remove           ],

    [ 'get',    '/dataplanes',                         dataPlanes.list          ],
  ]
}

/** The routes below `/v3`. */
export function v3Routes(given: Given): Router {
  const router = new Router({ prefix: '/v3' })
  const doorTo = createDoorTo('v3', given.access)
  const errors = renderErrors(renderError, given.unexpected)

  for (const [method, path, handle] of table(given)) {
    const door = doorTo(method, path)
    router[method](path, ctx =>
      errors(ctx, () =>
        door(ctx, async ({ actor, body: said, about }) => {
          const id = readId(ctx)
          const body = await understand(given.jsonLd, said)
          about(id || body['@id'])
          const answer = await handle({ id, body, actor })
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
