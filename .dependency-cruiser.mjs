/**
 * Who sees whom. Floors look down; on one floor rooms see only those beside them that the table names; a room enters
 * another by its index. What a room needs from above it declares as a function type and is given in connector.ts.
 */
const ground = ['db', 'http', 'jsonld', 'keys', 'telemetry', 'config']
const languages = ['dsp', 'signaling', 'events', 'process', 'policy']
const domains = [
  'catalog',
  'negotiation',
  'transfer',
  'federation',
  'identity',
  'gaiax',
  'dataplane',
  'peers',
  'webhooks',
  'evidence',
]

// biome-ignore format: a table is read by its columns
const table = {
  // room        sees below it                    and beside it
  'clearing-house': [[],                          []                             ], // its judgement of us must be its own
  db:          [[],                               ['config']                     ],
  http:        [[],                               []                             ],
  jsonld:      [[],                               []                             ],
  keys:        [[],                               ['db', 'http']                 ],
  telemetry:   [[],                               []                             ],
  config:      [[],                               []                             ],
  signaling:   [ground,                           []                             ],
  policy:      [ground,                           []                             ],
  events:      [ground,                           []                             ],
  process:     [ground,                           ['events']                     ],
  dsp:         [ground,                           ['policy', 'signaling']        ], // messages carry policies and data addresses
  access:      [ground,                           []                             ],
  catalog:     [[...ground, ...languages],        []                             ],
  identity:    [[...ground, ...languages],        []                             ],
  gaiax:       [[...ground, ...languages],        ['identity']                   ],
  federation:  [[...ground, ...languages],        ['catalog']                    ],
  dataplane:   [[...ground, ...languages],        []                             ],
  negotiation: [[...ground, ...languages],        ['catalog']                    ],
  transfer:    [[...ground, ...languages],        ['negotiation']                ],
  peers:       [[...ground, ...languages],        ['catalog', 'identity']        ], // asks them as they are asked otherwise
  webhooks:    [[...ground, ...languages],        []                             ],
  evidence:    [[...ground, ...languages],        ['negotiation']                ],
  management:  [[...ground, ...languages, ...domains, 'access'], []              ],
}

const room = name => `^src/${name}/`
const rules = Object.entries(table).map(([name, [below, beside]]) => {
  const seen = [...below, ...beside, name]
  return {
    name: `${name}-sees-only-its-table`,
    severity: 'error',
    from: { path: room(name) },
    to: {
      path: '^src/',
      pathNot: [
        ...(name === 'clearing-house'
          ? []
          : ['^src/errors\\.ts$', '^src/package-files\\.ts$', '^src/config/types\\.ts$']),
        ...seen.map(room),
      ],
    },
  }
})

const homes = {
  '^(axios|koa|raw-body)$': 'http',
  '^(jsonld|n3)$': 'jsonld',
  '^(ajv|ajv-formats)': 'jsonld',
  '^shacl-engine$': 'jsonld',
  '^jsonwebtoken$': 'keys',
  '^did-resolver$': 'identity',
  '^pg$': 'db',
  '^(pino|pino-pretty|prom-client)$': 'telemetry',
  '^commander$': 'cli',
  '^(jose|@peculiar/x509|canonicalize|jsonld-streaming-parser|rdf-validate-shacl|rdf-data-factory|@rdfjs/dataset)$':
    'clearing-house',
}

export default {
  forbidden: [
    ...rules,
    {
      name: 'rooms-are-entered-by-their-index',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '/index\\.ts$', '/types\\.ts$'] },
    },
    {
      name: 'the-connector-enters-by-the-index-too',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: ['/index\\.ts$', '/types\\.ts$'] },
    },
    ...Object.entries(homes).map(([path, home]) => ({
      name: `${home}-is-the-home-of-${path.replace(/[^a-z-]+/g, '-')}`,
      severity: 'error',
      from: { path: '^src/', pathNot: room(home) },
      to: { path: `node_modules/${path.replace('^', '').replace(/\$$/, '/')}`, dependencyTypesNot: ['type-only'] },
    })),
    {
      name: 'routers-stand-in-routes',
      severity: 'error',
      from: { path: '^src/', pathNot: ['routes\\.ts$', '^src/management/', '^src/planes\\.ts$'] },
      to: { path: 'node_modules/@koa/router' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
