import t from 'tap'
import { protocolUrl } from '../../src/dsp/protocol-url.ts'
import { badGateway } from '../../src/errors.ts'

/** Peers that tell their versions: at a root, and at the base of an EDC. */
const telling = ['https://root.example/', 'https://edc.example/protocol']

const find = (address: string) =>
  protocolUrl(address, {
    checkAddress: () => {},
    discover: async base => {
      if (telling.includes(base)) return `${base.replace(/\/$/, '')}/2025-1`
      throw badGateway('has no version endpoint')
    },
  })

// biome-ignore format: a table is read by its columns
const addresses = [
  // given                                   used
  [ 'https://root.example/',                 'https://root.example/2025-1'         ],
  [ 'https://edc.example/protocol',          'https://edc.example/protocol/2025-1' ],
  [ 'https://edc.example/protocol/2024/1',   'https://edc.example/protocol/2024/1' ],
  [ 'https://else.example/dsp/2025-1/',      'https://else.example/dsp/2025-1/'    ],
  [ 'https://else.example/dsp',              'https://else.example/dsp'            ],
  [ 'https://else.example//',                'https://else.example//'              ],
] as const

for (const [given, used] of addresses)
  t.test(`${given} stands for ${used}`, async t => {
    t.equal(await find(given), used)
  })

t.test('a root without a version document is no address', async t => {
  await t.rejects(find('https://silent.example/'), { code: 'bad-gateway' })
})
