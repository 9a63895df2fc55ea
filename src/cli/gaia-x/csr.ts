import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { invalid } from '../../errors.ts'
import { certificateRequest, hostOf } from '../../gaiax/index.ts'
import { configOf, withSigner } from './signer.ts'

interface Options {
  readonly config?: string
  readonly out?: string
  readonly host?: readonly string[]
}

/** `kontor gaia-x csr`: what a certificate authority wants to have of us. */
export function csrCommand(gaiaX: Command): void {
  gaiaX
    .command('csr')
    .description(
      'write a certificate request (PKCS #10) for the key that signs, to be brought to a certificate authority',
    )
    .option('-c, --config <file>', 'the YAML file (default: $KONTOR_CONFIG, else kontor.yaml if there is one)')
    .option('--out <file>', 'where it is written (default: standard output)')
    .option('--host <host...>', 'further hosts that the certificate shall be for, beside that of the DID')
    .action(request)
}

async function request({ config: file, out, host = [] }: Options): Promise<void> {
  const config = await configOf(file)
  const did = config.participant.id
  if (!did.startsWith('did:web:'))
    throw invalid(
      `participant.id is ${did}: a certificate is for the host of a did:web DID. Set that first, or run "kontor gaia-x init".`,
    )
  const hosts = [...new Set([hostOf(did), ...host])]
  const { legalName, legalAddress } = config.gaiaX
  const { kid, pem } = await withSigner(config, async signer => ({
    kid: signer.kid,
    pem: await certificateRequest(signer, {
      legalName,
      countryCode: legalAddress?.countryCode,
      region: legalAddress?.region,
      locality: legalAddress?.locality,
      hosts,
    }),
  }))
  if (out === undefined) process.stdout.write(pem)
  else await writeFile(out, pem)
  process.stderr.write(
    `The request${out === undefined ? '' : ` in ${out}`} is for the key ${kid} and ${hosts.join(', ')}. Bring it to a certificate authority that Gaia-X trusts (outside of labs for a certificate of extended validation), then look at what it gives you with: kontor gaia-x certificate FILE\n`,
  )
}
