import { sign, verify } from 'node:crypto'
import { algorithms, kinds } from '../src/keys/algorithms.ts'
import { readPublicKey, signCompact, verifyCompact } from '../src/keys/index.ts'
import { localSigner } from '../src/keys/signer.ts'
import { median, timed } from './support/numbers.ts'
import type { Part } from './support/part.ts'

/** Identity tokens: signing and verifying one after the other, as compact JWS and as bare signatures over the same bytes. */
const part: Part = {
  name: 'tokens',
  async run({ quick, measured }) {
    const [count, rounds] = quick ? [50, 3] : [400, 9]
    for (const algorithm of algorithms) {
      const { ours, raw } = pairsOf(algorithm)
      const [rates, bare]: [number[], number[]] = [[], []]
      const rate = async (work: () => unknown) => (count * 1_000) / (await timed(() => repeat(count, work))).ms
      for (let round = 0; round <= rounds; round++) {
        const [one, other] = [await rate(ours), await rate(raw)]
        // The first round warms up.
        if (round > 0) rates.push(one)
        if (round > 0) bare.push(other)
      }
      measured({ name: `${algorithm}: signed and verified`, value: median(rates), unit: '/s' })
      measured({ name: `${algorithm}: node:crypto alone`, value: median(bare), unit: '/s' })
      const value = median(rates.map((one, round) => one / (bare[round] ?? Number.NaN)))
      measured({ name: `${algorithm}: to node:crypto`, value, unit: '×', target: { atLeast: 0.5 } })
    }
  },
}
export default part

/** The claims of a self-issued identity token, as many as it has. */
const claims = {
  iss: 'did:web:consumer.example%3A8282',
  sub: 'did:web:consumer.example%3A8282',
  aud: 'did:web:provider.example%3A8282',
  jti: '0b6ea6b0-9b5c-4bb0-a3d3-0d3d5a2a8a5c',
  iat: 1_790_000_000,
  exp: 1_790_000_300,
  token: 'x'.repeat(400),
}

function pairsOf(algorithm: (typeof algorithms)[number]) {
  const { generate, digest, options } = kinds[algorithm]
  const privateKey = generate()
  const signer = localSigner(privateKey)
  const publicKey = readPublicKey(signer.publicJwk)
  const bytes = Buffer.from(JSON.stringify(claims))
  return {
    ours: async () => verifyCompact(await signCompact(signer, { typ: 'JWT' }, claims), publicKey, algorithms),
    raw: () => {
      const signature = sign(digest, bytes, { key: privateKey, ...options })
      if (!verify(digest, bytes, { key: publicKey.key, ...options }, signature)) throw new Error('a signature is wrong')
    },
  }
}

async function repeat(count: number, work: () => unknown): Promise<void> {
  for (let done = 0; done < count; done++) await work()
}
