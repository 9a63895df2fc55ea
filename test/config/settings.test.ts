import t from 'tap'
import { hashToken } from '../../src/config/index.ts'
import { load, refusal } from './loading.ts'

const hash = `sha256:${hashToken('x')}`
const other = `sha256:${hashToken('y')}`
const keys = 'keys: { passphrase: a passphrase of a test }'
const kms = 'url: https://kms.example, accessKey: A'
const entry = (fields: string): string => `participants: [{ ${fields} }]`

/** What is written, the name that is blamed, what is shown of what was given, and what is allowed. */
// biome-ignore format: a table is read by its columns
const wrong = [
  // in the file                                          names                                shows                     allows
  [ 'participant: { id: 7 }',                             'participant.id',                    'was given 7',            'a text of one line' ],
  [ 'participant: { id: " a" }',                          'participant.id',                    'was given " a"',         'without spaces around it' ],
  [ 'participant: { id: "a\\nb" }',                       'participant.id',                    'was given "a\\nb"',      'a text of one line' ],
  [ 'role: worker',                                       'role',                              'was given "worker"',     'one of all, control, data, issuer' ],
  [ `role: data\n${keys}`,                                'database.url',                      'is missing',             'share one database server' ],
  [ `role: control\n${keys}\ndatabase: { url: "postgres://db/k" }\ndata: { publicUrl: "https://us.example" }`,
                                                          'management.apiKey',                 'is missing',             'know the same key' ],
  [ `role: control\n${keys}\ndatabase: { url: "postgres://db/k" }\nmanagement: { apiKey: 0123456789abcdef }`,
                                                          'data.publicUrl',                    'is missing',             'served by other processes' ],
  [ 'protocol: { host: "not a host" }',                   'protocol.host',                     'was given "not a host"', 'a host name or an IP address' ],
  [ 'protocol: { host: 999.1.1.1 }',                      'protocol.host',                     'was given "999.1.1.1"',  'a host name or an IP address' ],
  [ 'protocol: { port: 65536 }',                          'protocol.port',                     'was given 65536',        'a whole number from 0 to 65535' ],
  [ 'protocol: { port: http }',                           'protocol.port',                     'was given "http"',       'a whole number from 0 to 65535' ],
  [ 'protocol: { publicUrl: "https://us.example/dsp" }',  'protocol.publicUrl',                'was given "https://us.', 'an http or https URL without path' ],
  [ 'protocol: { publicUrl: "ftp://us.example" }',        'protocol.publicUrl',                'was given "ftp://us.',   'an http or https URL' ],
  [ 'protocol: { publicUrl: "http://u:hunter2@us.example"}', 'protocol.publicUrl',                '"http://[secret]@us.',   'credentials' ],
  [ 'management: { host: [a] }',                          'management.host',                   "was given [ 'a' ]",      'a host name' ],
  [ 'management: { port: -1 }',                           'management.port',                   'was given -1',           'a whole number from 0' ],
  [ 'management: { apiKey: hunter2 }',                 'management.apiKey',                 'was given [secret]',     'at least 16 visible ASCII' ],
  [ 'management: { apiKey: "a long hunter2 with spaces" }',  'management.apiKey',                 'was given [secret]',     'without spaces' ],
  [ 'management: { apiKey: { file: nowhere } }',          'management.apiKey',                 'nowhere',                'which cannot be read (ENOENT)' ],
  [ 'management: { apiKey: { env: NOT_SET } }',           'management.apiKey',                 'variable NOT_SET',       'which is not set' ],
  [ 'management: { apiKey: { vault: hunter2 } }',            'management.apiKey',                 'was given [secret]',     '{ env: NAME }' ],
  [ 'management: { apiKey: { env: A, file: hunter2 } }',     'management.apiKey',                 'was given [secret]',     '{ env: NAME }' ],
  [ 'data: { host: "" }',                                 'data.host',                         'was given ""',           'a host name' ],
  [ 'data: { port: 1.5 }',                                'data.port',                         'was given 1.5',          'a whole number' ],
  [ 'data: { publicUrl: us.example }',                    'data.publicUrl',                    'was given "us.example"', 'an http or https URL' ],
  [ 'data: { tokenLifetime: 10 }',                        'data.tokenLifetime',                'was given 10',           'such as 500ms, 30s' ],
  [ 'data: { tokenLifetime: 0s }',                        'data.tokenLifetime',                'was given "0s"',         'above zero' ],
  [ 'data: { files: "" }',                                'data.files',                        'was given ""',           'a path' ],
  [ 'database: { url: "mysql://u:hunter2@db" }',             'database.url',                      'was given [secret]',     'a PostgreSQL URL such as' ],
  [ 'database: { connections: 0 }',                       'database.connections',              'was given 0',            'from 1 to 1000' ],
  [ 'directory: { }',                                     'directory',                         'was given {}',           'a path' ],
  [ `identity: { participants: hunter2 }`,                   'identity.participants',             'was given something else', 'a list' ],
  [ `identity: { participants: [hunter2] }`,                 'identity.participants[0]',          'was given something else', 'a mapping with id, accepts' ],
  [ `identity: { ${entry(`id: a, presents: b`)} }`,       'identity.participants[0].accepts',  'is missing',             'SHA-256' ],
  [ `identity: { ${entry(`id: a, accepts: hunter2, presents: b`)} }`,
                                                          'identity.participants[0].accepts',  'was given [secret]',     '64 hexadecimal digits' ],
  [ `identity: { ${entry(`id: a, accepts: '${hash}', presents: b, group: [c]`)} }`,
                                                          'identity.participants[0].group',    'is no setting',          'did you mean groups?' ],
  [ `identity: { ${entry(`id: a, accepts: '${hash}', presents: b, groups: [c, 1]`)} }`,
                                                          'identity.participants[0].groups[1]', 'was given 1',           'a text of one line' ],
  [ `identity: { ${entry(`id: a, accepts: '${hash}', presents: b, scheme: basic`)} }`,
                                                          'identity.participants[0].scheme',   'was given "basic"',      'one of bearer, none' ],
  [ `identity: { participants: [{ id: a, accepts: '${hash}', presents: b }, { id: c, accepts: '${hash}', presents: d }] }`,
                                                          'identity.participants',             'accept the same token',  'must be one participant' ],
  [ `identity: { participants: [{ id: a, accepts: '${hash}', presents: b }, { id: a, accepts: '${other}', presents: d }] }`,
                                                          'identity.participants',             'with the same id',       'must have one entry' ],
  [ 'identity: { mode: oidc }',                            'identity.mode',                     'was given "oidc"',       'one of tokens, dcp' ],
  [ 'participant: { id: "did:web:us" }\nidentity: { mode: dcp }', 'identity.dcp.trustedIssuers',       'is missing',             'nobody can present' ],
  [ 'participant: { id: "did:web:us" }\nidentity: { mode: dcp, dcp: { scopes: [], trustedIssuers: [{ id: "did:web:a" }] } }',
                                                          'identity.dcp.scopes',               'is empty',               'nobody is held to' ],
  [ 'participant: { id: us }\nidentity: { mode: dcp, dcp: { required: [] } }',
                                                          'participant.id',                    'is no did:web DID',      'must be one when identity.mode is dcp' ],
  [ 'identity: { dcp: { trustedIssuers: [{ id: authority }] } }',
                                                          'identity.dcp.trustedIssuers[0].id', 'was given "authority"',  'a DID' ],
  [ 'identity: { dcp: { reuse: 2d } }',                    'identity.dcp.reuse',                'was given "2d"',         'from 0s to 1d' ],
  [ 'identity: { dcp: { scope: [a] } }',                   'identity.dcp.scope',                'is no setting',          'did you mean identity.dcp.scopes?' ],
  [ 'identity: { dcp: { stsClients: [{ id: a, secret: hunter2 }] } }',
                                                          'identity.dcp.stsClients[0].secret', 'was given [secret]',     '64 hexadecimal digits' ],
  [ `identity: { dcp: { stsClients: [{ id: a, secret: '${hash}' }, { id: a, secret: '${other}' }] } }`,
                                                          'identity.dcp.stsClients',           'with the same id',       'one entry' ],
  [ 'gaiaX: { catalogue: { url: "https://c.example" } }', 'gaiaX.catalogue.token',             'is missing',             'when gaiaX.catalogue.url is' ],
  [ 'gaiaX: { catalogue: { url: "https://c.example", token: 12345678, tokenUrl: "https://i.example" } }',
                                                          'gaiaX.catalogue.token',             'was given [secret]',     'visible ASCII' ],
  [ 'gaiaX: { catalogue: { url: "https://c.example", token: hunter22, tokenUrl: "https://i.example", clientId: a, clientSecret: b } }',
                                                          'gaiaX.catalogue.token',             'is set beside',          'only one of them' ],
  [ 'gaiaX: { catalogue: { url: "https://c.example", tokenUrl: "https://i.example", clientId: a } }',
                                                          'gaiaX.catalogue.clientId',          'clientSecret is',        'when gaiaX.catalogue.tokenUrl is' ],
  [ 'role: data\ndatabase: { url: "postgres://db/k" }',   'keys.passphrase',                   'is missing',             'all processes open the same keys' ],
  [ 'keys: { passphrase: hunter2 }',                      'keys.passphrase',                   'was given [secret]',     'at least 12 characters' ],
  [ 'keys: { algorithm: RS256 }',                         'keys.algorithm',                    'was given "RS256"',      'one of ES256, ES384, PS256, EdDSA' ],
  [ 'keys: { keeper: kms }',                              'kms.url',                           'is missing',             'when keys.keeper is kms' ],
  [ 'kms: { wrappingKey: a }',                            'kms.url',                           'is missing',             'or kms.wrappingKey is set' ],
  [ `kms: { ${kms} }`,                                    'kms.accessKey',                     'or kms.secretKey is',    'both must be set' ],
  [ `keys: { keeper: kms, algorithm: EdDSA }\nkms: { ${kms}, secretKey: abcdefgh }`,
                                                          'keys.algorithm',                    'is EdDSA',               'choose ES256' ],
  [ 'keys: { keeper: vault }',                            'vault.url',                         'is missing',             'when keys.keeper is vault' ],
  [ 'vault: { url: "https://vault.example" }',            'vault.token',                       'is missing',             'when vault.url is' ],
  [ 'negotiation: { counterOffers: maybe }',              'negotiation.counterOffers',         'was given "maybe"',      'one of refuse, ask, webhook' ],
  [ 'negotiation: { webhook: "file:///etc" }',            'negotiation.webhook',               'was given "file:///etc"', 'an http or https URL' ],
  [ 'negotiation: { counterOffers: webhook }',            'negotiation.webhook',               'is missing',             'when negotiation.counterOffers is webhook' ],
  [ 'negotiation: { deciders: [own decider] }',           'negotiation.deciders[0]',           'was given "own decider"', 'a path that begins with ./' ],
  [ 'retention: { processes: 1h, agreements: 3000d }',    'retention.agreements',              'is shorter',             'must be kept' ],
  [ 'retention: { agreements: 4000d }',                   'retention.agreements',              'is shorter',             'longer than the agreements' ],
  [ 'network: { allow: localhost }',                      'network.allow',                     'was given "localhost"',  'a list' ],
  [ 'network: { allow: [a, 10.0.0.0/33] }',               'network.allow[1]',                  'was given "10.0.0.0/33"', 'an address range' ],
  [ 'network: { allow: ["http://a"] }',                   'network.allow[0]',                  'was given "http://a"',   'a host name' ],
  [ 'network: { timeout: 2h }',                           'network.timeout',                   'was given "2h"',         'at most 1h' ],
  [ 'delivery: { giveUpAfter: forever }',                 'delivery.giveUpAfter',              'was given "forever"',    'a duration' ],
  [ 'contexts: { directory: 5 }',                         'contexts.directory',                'was given 5',            'a path' ],
  [ 'log: { level: loud }',                               'log.level',                         'was given "loud"',       'one of trace, debug, info' ],
  [ 'log: { format: xml }',                               'log.format',                        'was given "xml"',        'one of json, pretty' ],
  [ 'protocol: { prot: 1 }',                              'protocol.prot',                     'is no setting',          'did you mean protocol.port?' ],
  [ 'protocl: { port: 1 }',                               'protocl',                           'is no setting',          'did you mean protocol?' ],
  [ 'colour: blue',                                       'colour',                            'is no setting',          'known are participant, protocol' ],
  [ 'protocol.port: 1',                                   'protocol.port',                     'must be nested',         'at each dot' ],
  [ 'log: loud',                                          'log',                               'must hold settings',     'known are log.level, log.format' ],
  [ 'protocol: { <<: { port: 1 } }',                      'protocol.<<',                       'is no setting',          'protocol' ],
  [ 'log: &l { level: *l }',                              'log.level',                         'was given',              'one of trace' ],
] as const

t.test('a wrong setting is named, with what was given and what is allowed', async t => {
  for (const [text, name, shows, allows] of wrong) {
    const rest = text.startsWith('participant:') ? '' : 'participant: { id: us }\n'
    const error = await refusal(load(t, rest + text))
    t.equal(error.code, 'configuration', text)
    t.same(
      error.faults.map(({ path }) => path),
      [name],
      text,
    )
    t.match(error.message, name)
    t.match(error.message, shows)
    t.match(error.message, allows)
    t.notMatch(error.message, /hunter2/, 'no secret is shown')
  }
})
