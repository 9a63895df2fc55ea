import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { candidates } from '../../src/cli/completion/candidates.ts'
import { scripts } from '../../src/cli/completion/scripts.ts'
import { createProgram } from '../../src/cli/program.ts'
import { KEY, startApi } from '../management/api.ts'
import { kontor } from './in-process.ts'

/** What may stand at the end of a line; a look-up gives its own name. */
const complete = async (line: string): Promise<readonly string[]> =>
  candidates(await createProgram(), line.split(' '), async what => [`<${what}>`])

t.test('commands, options, choices and ids are found where they may stand', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    [ 'neg',                                          ['negotiate', 'negotiation']              ],
    [ 'get neg',                                      ['negotiations']                          ],
    [ 'get negotiations ',                            ['<negotiations>']                        ],
    [ 'get negotiations --state F',                   ['FINALIZED']                             ],
    [ 'get negotiations --state FINALIZED --ro',      ['--role']                                ],
    [ 'describe dataset ',                            ['<datasets>']                            ],
    [ 'negotiation accept ',                          ['<negotiations>']                        ],
    [ 'negotiate ',                                   ['<peers>']                               ],
    [ 'negotiate did:web:x ',                         []                                        ],
    [ 'transfer --format X ',                         ['suspend', 'resume', 'complete', 'terminate', '<agreements>'] ],
    [ 'transfer suspend ',                            ['<transfers>']                           ],
    [ 'get datasets --profile ',                      ['<profiles>']                            ],
    [ 'completion z',                                 ['zsh']                                   ],
    [ '__',                                           []                                        ],
  ] as const
  for (const [line, found] of table) t.same(await complete(line), found, line)
})

t.test('ids come from the connector, and none when it is not there', async t => {
  const { catalog, port } = await startApi(t)
  await catalog.datasets.create({
    id: 'wind',
    properties: {},
    source: { type: 'HttpData', baseUrl: 'http://d.example' },
  })
  const environment = { HOME: '/nowhere', KONTOR_KEY: KEY, KONTOR_URL: `http://127.0.0.1:${port}` }
  const words = ['__complete', '--', 'describe', 'dataset', 'w']
  t.equal((await kontor(t, words, environment)).stdout, 'wind\n')
  t.match(await kontor(t, words, { ...environment, KONTOR_URL: 'http://127.0.0.1:1' }), {
    code: 0,
    stdout: '',
    stderr: '',
  })
})

t.test('bash completes a line with it', async t => {
  const folder = t.testdir({ kontor: '#!/bin/sh\necho "$@" >&2\nprintf "wind\\nwater\\n"\n', complete: scripts.bash })
  const script = `chmod +x ${folder}/kontor; PATH=${folder}:$PATH; . ${join(folder, 'complete')}
    COMP_WORDS=(kontor describe dataset w) COMP_CWORD=3; _kontor 2>/dev/null; printf "%s\\n" "\${COMPREPLY[@]}"`
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', script])
  t.equal(stdout, 'wind\nwater\n')
})

t.test('every shell gets its script', async t => {
  for (const shell of ['bash', 'zsh', 'fish'])
    t.match((await kontor(t, ['completion', shell])).stdout, 'kontor __complete')
  t.equal((await kontor(t, ['completion', 'cmd'])).code, 2)
})
