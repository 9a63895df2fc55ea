import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClearingHouse } from '../clearing-house/index.ts'
import { type Config, Secret, standardGaiaX } from '../config/index.ts'
import type { Character, Company } from './cast.ts'

/** The only terms and conditions of Gaia-X that are in use, by their digest. */
const TERMS = '4bd7554097444c960292b4726c2efa1373485e8a5565d94d41195214c5e0ceb3'

/** What a participant says of itself, and whom it believes, where there is a clearing house. Its certificate lies in the directory. */
export async function byClearingHouse(
  house: ClearingHouse,
  { part, company }: Character,
  directory: string,
): Promise<Config['gaiaX']> {
  if (company === undefined) return standardGaiaX
  await mkdir(directory, { recursive: true })
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const chain = await house.certify({ publicKey: publicKey.export({ format: 'jwk' }), hosts: ['127.0.0.1'] })
  const keep = async (name: string, text: string): Promise<string> => {
    const file = join(directory, `${part}-${name}.pem`)
    await writeFile(file, text)
    return file
  }
  const { notary, registry, compliance, events } = house.urls
  return {
    ...standardGaiaX,
    ...description(company),
    mode: 'on',
    key: new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    certificates: await keep('certificates', chain),
    trustAnchors: await keep('anchors', house.anchor),
    trustedIssuers: [
      { id: house.dids.notary, types: [] },
      { id: house.dids.compliance, types: ['LabelCredential'] },
    ],
    notary,
    registry,
    compliance,
    events,
  }
}

const description = ({ legalName, countryCode, locality, vatId }: Company) =>
  ({
    legalName,
    legalAddress: {
      countryCode,
      locality,
      countryName: undefined,
      streetAddress: undefined,
      postalCode: undefined,
      region: undefined,
    },
    registrationNumbers: [{ kind: 'vat-id', value: vatId, countryCode }],
    consent: { by: `the board of ${legalName}`, at: '2026-01-01T00:00:00Z', version: TERMS },
    serviceTerms: { url: 'https://example.org/terms-of-the-lab', sha256: '0'.repeat(64) },
  }) satisfies Partial<Config['gaiaX']>
