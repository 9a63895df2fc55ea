import { randomUUID } from 'node:crypto'
import { type Command, Option } from 'commander'
import { createJsonLd, toJsonLd, writeTurtle } from '../../jsonld/index.ts'
import { complianceReport, evaluate, reportPrefixes } from '../../policy/index.ts'
import { readPolicyFile, readRequestFile, readStateFile } from './files.ts'

interface Options {
  readonly policy: string
  readonly request: string
  readonly state?: string
  readonly format: 'turtle' | 'jsonld'
  readonly contexts?: string
}

/** `kontor policy evaluate`: judges a request, and tells how each rule fell in the words of the ODRL compliance report model. */
export function evaluateCommand(policy: Command): void {
  policy
    .command('evaluate')
    .description('judge a request under a policy; files may be Turtle, JSON-LD or plain JSON')
    .requiredOption('--policy <file>', 'the policy, and those it inherits from')
    .requiredOption('--request <file>', 'an odrl:Request, a sotw:EvaluationRequest, or {"action", "participant"}')
    .option('--state <file>', 'the state of the world; without it only the time is known')
    .addOption(new Option('--format <format>', 'of the report').choices(['turtle', 'jsonld']).default('turtle'))
    .option('--contexts <directory>', 'JSON-LD contexts of your own')
    .action(async (options: Options) => void process.stdout.write(await evaluateFiles(options, new Date())))
}

/** The report as text. */
async function evaluateFiles(options: Options, now: Date): Promise<string> {
  const jsonLd = createJsonLd({ directory: options.contexts })
  const { policy, find, quads } = await readPolicyFile(options.policy, jsonLd)
  const { requests, quads: asked } = await readRequestFile(options.request, jsonLd)
  const state = await readStateFile(options.state, jsonLd, [...asked, ...quads], now)
  const world = find ? { ...state, policies: find } : state
  const reports = requests.flatMap(request => complianceReport(evaluate(policy, request, world), newId))
  return options.format === 'turtle'
    ? writeTurtle(reports, reportPrefixes)
    : `${JSON.stringify(toJsonLd(reports, reportPrefixes), null, 2)}\n`
}

const newId = (): string => `urn:uuid:${randomUUID()}`
