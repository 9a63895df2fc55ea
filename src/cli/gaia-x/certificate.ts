import { readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { readSettings } from '../../config/index.ts'
import { invalid } from '../../errors.ts'
import {
  type Chain,
  type ChainFault,
  chainOfFile,
  endOf,
  hostOf,
  judgeChain,
  orderChain,
  readCertificates,
  writeCertificates,
} from '../../gaiax/index.ts'
import type { Signer } from '../../keys/index.ts'
import { otherEnd } from '../failure.ts'
import { isTerminal, mayWrite, openPeople } from '../people.ts'
import { accept, openSettingsFile, propose, type SettingsFile } from '../settings-file/file.ts'
import { addOutput, type Output, print } from '../table.ts'
import { configOf, faultLines, withSigner } from './signer.ts'

interface Options extends Output {
  readonly config?: string
  readonly write?: boolean
  readonly yes?: boolean
}

/** `kontor gaia-x certificate`: what a certificate authority has given us, before it goes into effect. */
export function certificateCommand(gaiaX: Command): void {
  addOutput(
    gaiaX
      .command('certificate')
      .description('look whether a certificate and those above it fit our key and host, and put them into effect')
      .argument('<file...>', 'PEM files, in any order: the certificate, each issuer’s, the root')
      .option('-c, --config <file>', 'the YAML file (default: $KONTOR_CONFIG, else kontor.yaml if there is one)')
      .option('--write', 'when they fit: keep the chain beside the configuration file, and name it there')
      .option('--yes', 'do not ask before the configuration file is changed'),
  ).action(look)
}

/** What each check is called, and what to do where it fails. */
// biome-ignore format: a table is read by its columns
const checks: Readonly<Record<ChainFault, readonly [name: string, remedy: string]>> = {
  'chain-key':           [ 'our key',        'Ask for a certificate with the request of "kontor gaia-x csr", which is for that key.' ],
  'chain-broken':        [ 'whole chain',    'Bring the certificates of all issuers, and the root, in one or several files.' ],
  'chain-authority':     [ 'authorities',    'Ask the certificate authority for its own chain.' ],
  'chain-weak':          [ 'strong',         'Ask an authority that signs by SHA-256 or better, with keys of 2048 bits or more.' ],
  'chain-constraints':   [ 'within limits',  'Ask an authority that may certify this name, for a key that may sign.' ],
  'chain-expired':       [ 'not expired',    'Ask for a new certificate.' ],
  'chain-not-yet-valid': [ 'valid already',  'Wait until then, or look at the clock of this machine.' ],
  'chain-root':          [ 'trusted root',   'Ask an authority below one of gaiaX.trustAnchors.' ],
  'chain-host':          [ 'our host',       'Ask for a certificate that names the host of participant.id.' ],
  'chain-policy':        [ 'EV',             'Outside of labs clearing houses demand it: ask for a certificate of extended validation.' ],
}

/** What only matters to others, and only to some. */
const advice: readonly ChainFault[] = ['chain-policy']

const UNKNOWN =
  'Nobody has looked: set gaiaX.trustAnchors, or ask the registry of your clearing house whether it takes that root.'

interface Check {
  readonly check: string
  readonly code: ChainFault
  readonly result: 'good' | 'bad' | 'advice'
  readonly message: string | null
}

async function look(files: readonly string[], options: Options): Promise<void> {
  const config = await configOf(options.config)
  const given = await readAll(files)
  const host = hostOf(config.participant.id)
  const { trustAnchors, evPolicy } = config.gaiaX
  const anchors = trustAnchors === undefined ? undefined : chainOfFile(trustAnchors, 'gaiaX.trustAnchors')
  const { chain, kid, results } = await withSigner(config, async signer => {
    const chain = orderChain(given, { ...signer.publicJwk })
    return { chain, kid: signer.kid, results: judge(chain, signer, { host, anchors, demandEv: evPolicy === 'demand' }) }
  })
  print(options, results, ['CHECK', 'RESULT', 'WHAT TO DO'], each => [each.check, each.result, each.message ?? '–'])

  const bad = results.filter(({ result }) => result === 'bad').length
  if (bad > 0)
    throw otherEnd(
      `These certificates do not go into effect for the key ${kid}: ${bad} ${bad === 1 ? 'thing is' : 'things are'} wrong. Nothing was written.`,
    )
  const until = endOf(chain).toISOString().slice(0, 10)
  process.stderr.write(`The chain of ${chain.length} is for the key ${kid} and ${host}, until ${until}.\n`)
  if (options.write) await putIntoEffect(await openSettingsFile(options.config, process.env), chain, options)
  else process.stderr.write('Put it into effect with --write.\n')
}

function judge(
  chain: Chain,
  { publicJwk }: Signer,
  rules: { host: string; anchors: Chain | undefined; demandEv: boolean },
): readonly Check[] {
  return judgeChain(chain, { ...rules, publicJwk: { ...publicJwk }, now: new Date() }).map(({ code, fault }) => {
    const [check, remedy] = checks[code]
    if (code === 'chain-root' && rules.anchors === undefined) return { check, code, result: 'advice', message: UNKNOWN }
    if (fault === undefined) return { check, code, result: 'good', message: null }
    return { check, code, result: advice.includes(code) ? 'advice' : 'bad', message: `${fault} ${remedy}` }
  })
}

async function readAll(files: readonly string[]): Promise<Chain> {
  const chains = await Promise.all(
    files.map(async file => {
      const text = await readFile(file, 'utf8').catch(cause => {
        throw invalid(`${file} cannot be read (${cause instanceof Error && 'code' in cause ? cause.code : cause}).`, {
          cause,
        })
      })
      try {
        return readCertificates(text)
      } catch (cause) {
        throw invalid(
          `${file} has no certificates in PEM: they stand between the lines BEGIN CERTIFICATE and END CERTIFICATE.`,
          { cause },
        )
      }
    }),
  )
  return chains.flat()
}

/** The name of the file with the chain, beside the configuration. */
const CHAIN = 'gaia-x-certificates.pem'

/** Names the chain in the configuration; and where that was the last thing missing, has the connector describe itself. */
async function putIntoEffect(file: SettingsFile, chain: Chain, { yes }: Options): Promise<void> {
  const place = join(file.folder, CHAIN)
  const named = new Map<string, unknown>([['gaiaX.certificates', `./${relative(file.folder, resolve(place))}`]])
  const on = new Map([...named, ['gaiaX.mode', 'on']])
  const complete = readSettings(propose(file, on, { color: false }).text, file.path, process.env)
  const proposal = propose(file, complete.config ? on : named, { color: process.stderr.isTTY === true })

  process.stderr.write(`${CHAIN} and ${file.path}:\n${proposal.diff}`)
  if (!yes && !(await isConfirmed(file.path))) return
  await writeFile(place, writeCertificates(chain))
  await accept(proposal)
  process.stderr.write(
    complete.config
      ? `Written. It goes into effect when the connector starts the next time: kontor serve\n`
      : `Written. Before the connector can describe itself, this is to be mended (kontor gaia-x init asks for it):\n${faultLines(complete)}`,
  )
}

async function isConfirmed(path: string): Promise<boolean> {
  const people = isTerminal() ? openPeople() : undefined
  try {
    return await mayWrite(people, path)
  } finally {
    people?.close()
  }
}
