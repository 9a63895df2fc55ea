import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ClearingHouse, ClearingHouseOptions } from '../../clearing-house/index.ts'
import { untilStopped } from '../signals.ts'

/** `kontor lab clearing-house`: a Gaia-X clearing house by itself, to try one's own credentials against. */
export function clearingHouseCommand(lab: Command): void {
  lab
    .command('clearing-house')
    .description('start a Gaia-X clearing house for trying things out: notary, registry, compliance, events, authority')
    .option('--port <number>', 'where it listens on this machine', readPort, 9_400)
    .option('--days <number>', 'how long labels and attested numbers last', readDays, 90)
    .option('--any-certificate', 'take certificates without extended validation, too')
    .addOption(new Option('--algorithm <name>', 'with what it signs').choices(['PS256', 'ES256']).default('PS256'))
    .action(async ({ port, days, algorithm, anyCertificate = false }: Options) => {
      // Whoever reads that it stands may end it at once.
      const stopped = untilStopped()
      // Its libraries are loaded by nobody else.
      const { startClearingHouse } = await import('../../clearing-house/index.ts')
      const house = await startClearingHouse({ port, days, algorithm, evOnly: !anyCertificate })
      process.stdout.write(describe(house))
      await stopped
      await house.stop()
    })
}

interface Options extends Required<Pick<ClearingHouseOptions, 'port' | 'days' | 'algorithm'>> {
  readonly anyCertificate?: boolean
}

const describe = ({ urls, dids, anchor }: ClearingHouse): string =>
  [
    'A Gaia-X clearing house for trying things out: nobody outside of this machine trusts it. It stays up until Ctrl-C.',
    '',
    ...Object.entries(urls).map(([name, url]) => `${name.padEnd(12)}${url}`),
    '',
    ...Object.entries(dids).map(([name, did]) => `${name.padEnd(12)}${did}`),
    '',
    'The root of its certificates, for the list of trust anchors:',
    anchor,
    '',
  ].join('\n')

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a whole number up to 65535; 0 takes a free port.')
}

function readDays(text: string): number {
  const days = Number(text)
  if (days > 0 && days <= 3_650) return days
  throw new InvalidArgumentError('It must be a number up to 3650.')
}
