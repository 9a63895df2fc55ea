import type { Access, Door, Role, Route } from '../access/index.ts'
import { readBody } from './input.ts'

/** Our own API, or one of the EDC's versions. */
type Api = 'v1' | 'edc'

type Row = readonly [api: Api, method: Route['method'], path: string, role: Role, looks?: 'looks']

/**
 * The role that each route needs, row by row. To look is `read`, to keep data, contracts and transfers `steward`; keys, secrets,
 * credentials, data planes and the doctor, who makes calls, are for the `operator`. What opens data or shows a credential is more than
 * looking. The EDC's routes stand here once for all its versions. What is more than reading is written into the audit, unless it only `looks`. A route
 * that is not here cannot be made: see `createDoorTo`.
 */
// biome-ignore format: a table is read by its columns
export const permissions: readonly Row[] = [
  [ 'v1',  'get',    '/negotiations',                        'read'     ],
  [ 'v1',  'post',   '/negotiations',                        'steward'  ],
  [ 'v1',  'get',    '/negotiations/:id',                    'read'     ],
  [ 'v1',  'get',    '/negotiations/:id/history',            'read'     ],
  [ 'v1',  'post',   '/negotiations/:id/approve',            'steward'  ],
  [ 'v1',  'post',   '/negotiations/:id/counter',            'steward'  ],
  [ 'v1',  'post',   '/negotiations/:id/terminate',          'steward'  ],
  [ 'v1',  'get',    '/agreements',                          'read'     ],
  [ 'v1',  'get',    '/agreements/:id',                      'read'     ],
  [ 'v1',  'get',    '/agreements/:id/history',              'read'     ],
  [ 'v1',  'get',    '/agreements/:id/evidence',             'operator', 'looks' ],
  [ 'v1',  'post',   '/agreements/:id/retire',               'steward'  ],
  [ 'v1',  'get',    '/obligations',                         'read'     ],
  [ 'v1',  'get',    '/obligations/:id',                     'read'     ],
  [ 'v1',  'post',   '/obligations/:id/fulfil',              'steward'  ],
  [ 'v1',  'post',   '/obligations/:id/breach',              'steward'  ],
  [ 'v1',  'get',    '/export',                              'read'     ],
  [ 'v1',  'post',   '/apply',                               'steward'  ],
  [ 'v1',  'post',   '/simulate',                            'read'     ],
  [ 'v1',  'post',   '/peers/find',                          'read'     ],
  [ 'v1',  'get',    '/peers',                               'read'     ],
  [ 'v1',  'get',    '/peers/:id',                           'read'     ],
  [ 'v1',  'post',   '/peers/:id/crawl',                     'operator' ],
  [ 'v1',  'post',   '/doctor',                              'operator', 'looks' ],
  [ 'v1',  'get',    '/transfers',                           'read'     ],
  [ 'v1',  'get',    '/transfers/:id',                       'read'     ],
  [ 'v1',  'get',    '/transfers/:id/history',               'read'     ],
  [ 'v1',  'get',    '/transfers/:id/edr',                   'steward'  ],
  [ 'v1',  'post',   '/transfers/:id/start',                 'steward'  ],
  [ 'v1',  'post',   '/transfers/:id/suspend',               'steward'  ],
  [ 'v1',  'post',   '/transfers/:id/resume',                'steward'  ],
  [ 'v1',  'post',   '/transfers/:id/complete',              'steward'  ],
  [ 'v1',  'post',   '/transfers/:id/terminate',             'steward'  ],
  [ 'v1',  'get',    '/credentials/requests',                'read'     ],
  [ 'v1',  'post',   '/credentials/requests',                'operator' ],
  [ 'v1',  'get',    '/credentials/requests/:id',            'read'     ],
  [ 'v1',  'get',    '/credentials/offers',                  'read'     ],
  [ 'v1',  'post',   '/credentials/offers/:id/accept',       'operator' ],
  [ 'v1',  'post',   '/credentials/offers/:id/decline',      'operator' ],
  [ 'v1',  'get',    '/credentials',                         'read'     ],
  [ 'v1',  'get',    '/credentials/:id',                     'read'     ],
  [ 'v1',  'get',    '/credentials/:id/token',               'operator' ],
  [ 'v1',  'post',   '/credentials/:id/remove',              'operator' ],
  [ 'v1',  'get',    '/gaia-x',                              'read'     ],
  [ 'v1',  'post',   '/gaia-x/refresh',                      'operator' ],
  [ 'v1',  'get',    '/gaia-x/participants',                 'read'     ],
  [ 'v1',  'get',    '/gaia-x/agreements/:id',               'read'     ],
  [ 'v1',  'get',    '/issuance/requests',                   'read'     ],
  [ 'v1',  'get',    '/issuance/requests/:id',               'read'     ],
  [ 'v1',  'post',   '/issuance/requests/:id/approve',       'operator' ],
  [ 'v1',  'post',   '/issuance/requests/:id/reject',        'operator' ],
  [ 'v1',  'post',   '/issuance/offers',                     'operator' ],
  [ 'v1',  'get',    '/issuance/credentials',                'read'     ],
  [ 'v1',  'get',    '/issuance/credentials/:id',            'read'     ],
  [ 'v1',  'post',   '/issuance/credentials/:id/revoke',     'operator' ],
  [ 'v1',  'post',   '/issuance/credentials/:id/suspend',    'operator' ],
  [ 'v1',  'post',   '/issuance/credentials/:id/reinstate',  'operator' ],
  [ 'v1',  'get',    '/events',                              'read'     ],
  [ 'v1',  'get',    '/event-types',                         'read'     ],
  [ 'v1',  'get',    '/webhooks',                            'operator', 'looks' ],
  [ 'v1',  'post',   '/webhooks',                            'operator' ],
  [ 'v1',  'get',    '/webhooks/:id',                        'operator', 'looks' ],
  [ 'v1',  'get',    '/webhooks/:id/attempts',               'operator', 'looks' ],
  [ 'v1',  'post',   '/webhooks/:id/ping',                   'operator', 'looks' ],
  [ 'v1',  'post',   '/webhooks/:id/change',                 'operator' ],
  [ 'v1',  'post',   '/webhooks/:id/rotate',                 'operator' ],
  [ 'v1',  'post',   '/webhooks/:id/redeliver',              'operator' ],
  [ 'v1',  'post',   '/webhooks/:id/enable',                 'operator' ],
  [ 'v1',  'post',   '/webhooks/:id/disable',                'operator' ],
  [ 'v1',  'post',   '/webhooks/:id/remove',                 'operator' ],
  [ 'v1',  'get',    '/api-keys',                            'operator', 'looks' ],
  [ 'v1',  'post',   '/api-keys',                            'operator' ],
  [ 'v1',  'get',    '/api-keys/:id',                        'operator', 'looks' ],
  [ 'v1',  'post',   '/api-keys/:id/revoke',                 'operator' ],
  [ 'v1',  'get',    '/audit',                               'operator', 'looks' ],
  [ 'v1',  'get',    '/audit/entries',                       'operator', 'looks' ],

  [ 'edc', 'post',   '/assets',                              'steward'  ],
  [ 'edc', 'put',    '/assets',                              'steward'  ],
  [ 'edc', 'post',   '/assets/request',                      'read'     ],
  [ 'edc', 'get',    '/assets/:id',                          'read'     ],
  [ 'edc', 'delete', '/assets/:id',                          'steward'  ],
  [ 'edc', 'post',   '/policydefinitions',                   'steward'  ],
  [ 'edc', 'post',   '/policydefinitions/request',           'read'     ],
  [ 'edc', 'put',    '/policydefinitions/:id',               'steward'  ],
  [ 'edc', 'get',    '/policydefinitions/:id',               'read'     ],
  [ 'edc', 'delete', '/policydefinitions/:id',               'steward'  ],
  [ 'edc', 'post',   '/policydefinitions/:id/validate',      'read'     ],
  [ 'edc', 'post',   '/policydefinitions/:id/evaluationplan', 'read'    ],
  [ 'edc', 'post',   '/contractdefinitions',                 'steward'  ],
  [ 'edc', 'put',    '/contractdefinitions',                 'steward'  ],
  [ 'edc', 'post',   '/contractdefinitions/request',         'read'     ],
  [ 'edc', 'get',    '/contractdefinitions/:id',             'read'     ],
  [ 'edc', 'delete', '/contractdefinitions/:id',             'steward'  ],
  [ 'edc', 'post',   '/catalog/request',                     'read'     ],
  [ 'edc', 'post',   '/catalog/dataset/request',             'read'     ],
  [ 'edc', 'post',   '/catalogs/request',                    'read'     ],
  [ 'edc', 'post',   '/catalog/query',                       'read'     ],
  [ 'edc', 'post',   '/contractnegotiations',                'steward'  ],
  [ 'edc', 'post',   '/contractnegotiations/request',        'read'     ],
  [ 'edc', 'get',    '/contractnegotiations/:id',            'read'     ],
  [ 'edc', 'get',    '/contractnegotiations/:id/state',      'read'     ],
  [ 'edc', 'get',    '/contractnegotiations/:id/agreement',  'read'     ],
  [ 'edc', 'post',   '/contractnegotiations/:id/terminate',  'steward'  ],
  [ 'edc', 'delete', '/contractnegotiations/:id',            'steward'  ],
  [ 'edc', 'post',   '/contractagreements/request',          'read'     ],
  [ 'edc', 'post',   '/contractagreements/retirements',      'steward'  ],
  [ 'edc', 'post',   '/contractagreements/retirements/request', 'read'  ],
  [ 'edc', 'delete', '/contractagreements/retirements/:id',  'steward'  ],
  [ 'edc', 'get',    '/contractagreements/:id',              'read'     ],
  [ 'edc', 'get',    '/contractagreements/:id/negotiation',  'read'     ],
  [ 'edc', 'post',   '/transferprocesses',                   'steward'  ],
  [ 'edc', 'post',   '/transferprocesses/request',           'read'     ],
  [ 'edc', 'get',    '/transferprocesses/:id',               'read'     ],
  [ 'edc', 'get',    '/transferprocesses/:id/state',         'read'     ],
  [ 'edc', 'post',   '/transferprocesses/:id/terminate',     'steward'  ],
  [ 'edc', 'post',   '/transferprocesses/:id/suspend',       'steward'  ],
  [ 'edc', 'post',   '/transferprocesses/:id/resume',        'steward'  ],
  [ 'edc', 'post',   '/transferprocesses/:id/deprovision',   'steward'  ],
  [ 'edc', 'post',   '/edrs',                                'steward'  ],
  [ 'edc', 'post',   '/edrs/:id/refresh',                    'steward'  ],
  [ 'edc', 'post',   '/edrs/request',                        'read'     ],
  [ 'edc', 'get',    '/edrs/:id/dataaddress',                'steward'  ],
  [ 'edc', 'delete', '/edrs/:id',                            'steward'  ],
  [ 'edc', 'post',   '/secrets',                             'operator' ],
  [ 'edc', 'put',    '/secrets',                             'operator' ],
  [ 'edc', 'get',    '/secrets/:id',                         'operator', 'looks' ],
  [ 'edc', 'delete', '/secrets/:id',                         'operator' ],
  [ 'edc', 'get',    '/dataplanes',                          'read'     ],
]

const known: ReadonlyMap<string, Row> = new Map(permissions.map(row => [`${row[0]} ${row[1]} ${row[2]}`, row]))

const rowFor = (version: string, method: Route['method'], path: string): Row | undefined =>
  known.get(`${version === 'v1' ? 'v1' : 'edc'} ${method} ${path}`)

/** The role that a route needs, by its version (`v1`, `v3`, …) and the path behind that; undefined if nobody may use it. */
export const roleFor = (version: string, method: Route['method'], path: string): Role | undefined =>
  rowFor(version, method, path)?.[3]

/** Whether whoever comes by a route changes nothing; undefined for a route that nobody may use. */
export function isLooking(version: string, method: Route['method'], path: string): boolean | undefined {
  const row = rowFor(version, method, path)
  return row && (row[3] === 'read' || row[4] === 'looks')
}

/** Makes the doors of a version's routes. Throws for a route that nobody has said who may use it: it must not exist. */
export const createDoorTo =
  (version: string, { door }: Pick<Access, 'door'>) =>
  (method: Route['method'], path: string, read = readBody): Door => {
    const row = rowFor(version, method, path)
    if (row === undefined) throw new Error(`management/permissions.ts names no role for ${method} /${version}${path}`)
    const looking = isLooking(version, method, path) === true
    return door({ method, path: `/${version}${path}`, role: row[3], isLooking: looking }, read)
  }
