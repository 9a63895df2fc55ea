import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { standardGaiaX } from '../../config/index.ts'
import { invalid, KontorError } from '../../errors.ts'
import { createValidation, credentialsIn } from '../../gaiax/index.ts'
import { createClient, createGuard } from '../../http/index.ts'
import { createJsonLd } from '../../jsonld/index.ts'
import { otherEnd } from '../failure.ts'
import { addOutput, type Output, print } from '../table.ts'

interface Options extends Output {
  readonly shapes?: string
  readonly allow?: readonly string[]
}

/** `kontor gaia-x validate`: anybody's credentials against the shapes. Whether they are signed as they must be is another question. */
export function validateCommand(gaiaX: Command): void {
  addOutput(
    gaiaX
      .command('validate')
      .description('hold credentials or a presentation, anybody’s, against the shapes of Gaia-X')
      .argument('<file or url>', 'a token, or JSON')
      .option('--shapes <file>', 'full shapes in Turtle, instead of the built-in ones')
      .option('--allow <host...>', 'hosts that may be asked although they are not public'),
  ).action(validate)
}

async function validate(where: string, options: Options): Promise<void> {
  const text = /^https?:/.test(where) ? await fetchText(where, options.allow ?? []) : await readText(where)
  const credentials = credentialsIn(text)
  const validation = createValidation(createJsonLd(), { ...standardGaiaX, shapes: options.shapes })
  try {
    const found = await validation.validate(credentials)
    if (found.length > 0 || options.output)
      print(options, found, ['PROPERTY', 'RULE', 'NODE', 'WHAT TO DO'], each => [
        each.property ?? '–',
        each.rule,
        each.node,
        each.message,
      ])
    const what = credentials.length === 1 ? 'credential' : 'credentials'
    if (found.length > 0)
      throw otherEnd(
        `It is not valid: ${found.length} ${found.length === 1 ? 'thing' : 'things'} to mend in ${credentials.length} ${what}.`,
      )
    if (!options.output)
      process.stdout.write(
        `It is valid: ${credentials.length} ${what}. Signatures and certificates were not looked at.\n`,
      )
  } finally {
    await validation.close()
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    throw invalid(`There is no file ${file} that can be read${why}. Give a file, or a URL that begins with https://.`, {
      cause,
    })
  }
}

async function fetchText(url: string, allow: readonly string[]): Promise<string> {
  const client = createClient({ guard: createGuard({ allow }), timeout: 10_000 })
  try {
    const { status, text } = await client.request({ method: 'GET', url, headers: { accept: '*/*' } })
    if (status !== 200)
      throw invalid(`${url} was answered with ${status}: is that the URL of a credential or a self-description?`)
    return text
  } catch (error) {
    const forbidden = error instanceof KontorError && error.code === 'address-forbidden'
    throw forbidden
      ? invalid(`${new URL(url).hostname} is not a public host. If it may be asked: --allow ${new URL(url).hostname}`, {
          cause: error,
        })
      : error
  } finally {
    client.close()
  }
}
