import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Kind, notAllowed, type Parsed, type Surroundings } from './kinds.ts'
import { Secret } from './types.ts'

/** Where a secret was said to be, and what stood there. */
type Found = { readonly text: string } | { readonly problem: string }

/** Secrets end with the line in files made by editors; the line's end is no part of them. */
const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '')

function fromFile(name: string, { folder }: Surroundings): Found {
  const file = resolve(folder, name)
  try {
    return { text: withoutLineEnd(readFileSync(file, 'utf8')) }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given'
    return { problem: `names the file ${file}, which cannot be read (${why})` }
  }
}

function fromEnvironment(name: string, { environment }: Surroundings): Found {
  const text = environment[name]
  return text ? { text } : { problem: `names the environment variable ${name}, which is not set` }
}

/** The ways to give a secret other than in plain text: the only key of an object, and where it then looks. */
const sources = { file: fromFile, env: fromEnvironment } as const

/** Finds the text of a secret; `undefined` when it was given in no way we know. */
function find(given: unknown, surroundings: Surroundings): Found | undefined {
  if (typeof given === 'string') return { text: given }
  if (typeof given !== 'object' || given === null) return undefined
  const [[way, name] = [], ...more] = Object.entries(given)
  if (typeof name !== 'string' || name === '' || more.length > 0) return undefined
  return way === 'file' || way === 'env' ? sources[way](name, surroundings) : undefined
}

/** A secret text of some form. Whatever is wrong with it, no message shows it. */
function secret(allowed: string, fits: (text: string) => boolean): Kind<Secret> {
  const sentence = `${allowed}, or { file: path } or { env: NAME } that hold it`
  return {
    allowed: sentence,
    secret: true,
    fromVariable: text => text,
    parse(given, surroundings): Parsed<Secret> {
      const found = find(given, surroundings)
      if (found && 'problem' in found) return { wrong: [{ at: '', problem: found.problem }] }
      return found && fits(found.text)
        ? { value: new Secret(found.text) }
        : { wrong: [notAllowed('[secret]', sentence)] }
    },
  }
}

/** A token that travels in an HTTP header. */
export const token = (least: number): Kind<Secret> =>
  secret(
    `at least ${least} visible ASCII characters without spaces`,
    text => /^[\x21-\x7e]+$/.test(text) && text.length >= least,
  )

/** What keys are derived from: any text of one line, long enough not to be guessed. */
export const passphrase: Kind<Secret> = secret(
  'at least 12 characters on one line',
  text => text.length >= 12 && !/[\r\n]/.test(text),
)

/** Where a PostgreSQL server is and how to log in. */
export const postgresUrl: Kind<Secret> = secret(
  'a PostgreSQL URL such as postgres://user:password@host:5432/database',
  text => /^postgres(ql)?:\/\/\S+$/.test(text),
)

/** A private key as tools write it into files. */
export const privateKey: Kind<Secret> = secret('a private key in PEM, not encrypted', text =>
  /^-----BEGIN (?:RSA |EC )?PRIVATE KEY-----\s/.test(text.trimStart()),
)
