import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLab } from '../../src/lab/index.ts'
import { createStage } from '../../src/lab/stage.ts'
import { playStory } from '../../src/lab/story/index.ts'
import { findPython } from '../support/python.ts'
import { seed } from './seed.ts'

/*
 * npm run fuzz [-- --seconds 60] [-- --seed 7]
 *
 * Schemathesis reads the OpenAPI document of a connector and asks for everything in it, as it should be asked and as it should not. Nothing
 * may be answered by 500, by a status or a body that the document does not have, and nothing that the document forbids may be
 * accepted. The connector is the provider of a lab in which a story has been played, so that there is something of everything, whose ids are
 * put into the requests (`hooks.py`) and found by the links of the document; it calls nothing but this machine.
 */
const REQUIREMENT = 'schemathesis==4.32.5'
const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return (at > 0 ? process.argv[at + 1] : undefined) ?? otherwise
}
const hooks = fileURLToPath(new URL('hooks.py', import.meta.url))
const say = (text: string) => process.stdout.write(`${text}\n`)

/** What schemas cannot say, and others test: who is let in (`ignored_auth`), and whether ids that look right are there. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
]

/** A peer that is not there is a 502: that is no fault of ours. A path that is too long is refused as such. */
const settings = `
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 502]

[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "431", "502"]
`

/** Tokens are issued only where programs of the operator are configured. */
const leftOut = ['issueToken']

async function fuzz(python: string): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'kontor-fuzz-'))
  const lab = await createLab({
    identity: 'tokens',
    directory,
    adjust: config => ({ ...config, limits: { ...config.limits, managementRequests: 100_000 } }),
  })
  try {
    await playStory(lab, createStage({ out: { write: () => true }, environment: {} }))
    const { urls, key } = lab.provider
    const files = { config: join(directory, 'schemathesis.toml'), ids: join(directory, 'ids.json') }
    await writeFile(files.config, `hooks = ${JSON.stringify(hooks)}\n${settings}`)
    await writeFile(files.ids, JSON.stringify(await seed(lab)))
    const words = ['--config-file', files.config, 'run', `${urls.management}/management/openapi.json`]
    const codes: number[] = []
    for (const round of rounds) codes.push(await run(python, words, round, { key, directory, ids: files.ids }))
    return Math.max(...codes)
  } finally {
    await lab.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** One round over the API: schemathesis has no share of its time for each of its phases. */
interface Round {
  readonly phases: string
  /** Of the time there is. */
  readonly share: number
}

/** First from answer to request by the links of the document, while what the lab has is still there; then each operation by itself. */
const rounds: readonly Round[] = [
  { phases: 'stateful', share: 0.4 },
  { phases: 'examples,coverage,fuzzing', share: 0.6 },
]

async function run(
  python: string,
  words: readonly string[],
  { phases, share }: Round,
  { key, directory, ids }: { readonly key: string; readonly directory: string; readonly ids: string },
): Promise<number> {
  const seconds = String(Math.round(Number(option('seconds', '150')) * share))
  const child = spawn(
    python,
    [
      ...['-m', 'schemathesis.cli', ...words],
      ...['--header', `x-api-key: ${key}`, '--checks', checks.join(','), '--phases', phases],
      // One worker: between several threads Python's compiler loses count of its depth now and then, and the round breaks off.
      ...['--seed', option('seed', '7'), '--max-time', seconds, '--request-timeout', '20', '--workers', '1'],
      ...['--generation-deterministic', '--max-examples', option('examples', '25'), '--suppress-health-check', 'all'],
      ...leftOut.flatMap(id => ['--exclude-operation-id', id]),
    ],
    { stdio: 'inherit', cwd: directory, env: { ...process.env, KONTOR_FUZZ_IDS: ids } },
  )
  const [code] = await once(child, 'exit')
  return Number(code ?? 1)
}

const python = await findPython('fuzz', REQUIREMENT)
if (python === undefined)
  say(`left out: ${REQUIREMENT} cannot be had here (it needs Python 3 and PyPI), so nothing was fuzzed`)
else process.exitCode = await fuzz(python)
