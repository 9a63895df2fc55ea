import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Kind, origin, Secret, text, webUrl } from '../../config/index.ts'
import { faultOf, hostOf, orderChain, readCertificates } from '../../gaiax/index.ts'
import { type Signer, signerOf } from '../../keys/index.ts'
import { isCountryCode } from '../../policy/index.ts'

/** What became of an answer: what is meant, or what it must be instead, as a sentence. */
export type Read = { readonly value: string } | { readonly wrong: string }

/** Reads an answer; the others given so far may matter. */
export type Reader = (answer: string, others: Readonly<Record<string, string | undefined>>) => Read

const good = (value: string): Read => ({ value })
const wrong = (sentence: string): Read => ({ wrong: sentence })

/** What a setting takes. */
const ofKind =
  (kind: Kind<string>): Reader =>
  answer => {
    const parsed = kind.parse(answer, { folder: '', environment: {} })
    return 'value' in parsed ? good(parsed.value) : wrong(`It must be ${kind.allowed}.`)
  }

/** As a number is written on paper: with blanks, dots and dashes. */
const plain = (answer: string): string => answer.toUpperCase().replace(/[\s.-]/g, '')

const matching =
  (pattern: RegExp, sentence: string, tidy: (answer: string) => string = plain): Reader =>
  answer =>
    pattern.test(tidy(answer)) ? good(tidy(answer)) : wrong(sentence)

const line = ofKind(text)

/** One of some words. */
export const among =
  (...words: readonly string[]): Reader =>
  answer =>
    words.includes(answer) ? good(answer) : wrong(`It must be one of ${words.join(', ')}.`)

const yesOrNo: Reader = answer => {
  const word = { yes: 'yes', y: 'yes', no: 'no', n: 'no' }[answer.toLowerCase()]
  return word === undefined ? wrong('Answer yes or no.') : good(word)
}

const country: Reader = answer => {
  const code = answer.toUpperCase()
  return /^[A-Z]{2}$/.test(code) && isCountryCode(code)
    ? good(code)
    : wrong('It must be a country code of two letters (ISO 3166-1), such as FR.')
}

const didWeb = matching(
  /^did:web:[\w.-]+(%3A\d{1,5})?(:[\w.%-]+)*$/,
  'It must be a DID of the method web, such as did:web:connector.example (a port as %3A8282).',
  answer => answer,
)

const anyDid: Reader = answer =>
  /^did:[a-z\d]+:\S+$/.test(answer) ? good(answer) : wrong('It must be a DID, such as did:web:notary.example.')

/** ISO 17442: eighteen characters and two digits, which by ISO 7064 (MOD 97-10) leave one. */
const leiCode: Reader = answer => {
  const code = plain(answer)
  const rest = [...code].reduce((sum, each) => {
    const digit = Number.parseInt(each, 36)
    return (sum * (digit > 9 ? 100 : 10) + digit) % 97
  }, 0)
  return /^[A-Z\d]{18}\d{2}$/.test(code) && rest === 1
    ? good(code)
    : wrong('It must be an LEI code: 18 letters or digits and two check digits that fit them.')
}

/** The digest of a document, or a file of which it is made. */
const digest: Reader = answer => {
  if (/^[\da-f]{64}$/i.test(answer)) return good(answer.toLowerCase())
  try {
    return good(createHash('sha256').update(readFileSync(answer)).digest('hex'))
  } catch {
    return wrong(
      'It must be a SHA-256 digest of 64 hexadecimal digits, or a file with the document, of which it is made.',
    )
  }
}

/** The key in a file. Throws `configuration` for one that cannot serve. */
const keyIn = (file: string): Signer => signerOf('gaia-x', new Secret(readFileSync(file, 'utf8')))

/** That the connector makes the key. */
export const MADE = 'made'
/** That it stays as the settings have it, however they have it. */
export const KEPT = 'kept'

const key: Reader = answer => {
  if (answer === MADE || answer === KEPT) return good(answer)
  try {
    keyIn(answer)
    return good(resolve(answer))
  } catch (error) {
    return wrong(`${sentenceOf(error, answer)} Or answer ${MADE}: then the connector makes one.`)
  }
}

const sentenceOf = (error: unknown, file: string): string =>
  error instanceof Error && 'syscall' in error
    ? `There is no file ${file} that can be read.`
    : error instanceof Error
      ? error.message
      : String(error)

/** A file with the certificate of the key that was named. One of a key that is somewhere else is looked at when the connector starts. */
const certificates: Reader = (answer, { key: file, did = '' }) => {
  try {
    const given = readCertificates(readFileSync(answer, 'utf8'))
    if (file === undefined || [MADE, KEPT].includes(file)) return good(resolve(answer))
    const publicJwk = { ...keyIn(file).publicJwk }
    const rules = { publicJwk, host: hostOf(did), anchors: undefined, demandEv: false, now: new Date() }
    const fault = faultOf(given, rules)
    if (fault === undefined) return good(resolve(answer))
    const ordered = faultOf(orderChain(given, publicJwk), rules) === undefined
    return wrong(
      ordered
        ? 'They are in another order than they must: the certificate of the key first, each issuer’s after it, the root last.'
        : fault[1],
    )
  } catch (error) {
    return wrong(`${answer} cannot be read: ${error instanceof Error ? error.message : error}.`)
  }
}

/** Certificates that may be anybody's. */
const anchors: Reader = answer => {
  try {
    readCertificates(readFileSync(answer, 'utf8'))
    return good(resolve(answer))
  } catch (error) {
    return wrong(`${answer} cannot be read: ${error instanceof Error ? error.message : error}.`)
  }
}

/** How each kind of answer is read. */
// biome-ignore format: a table is read by its columns
export const readers = {
  line, yesOrNo, country, didWeb, digest, key, certificates, anchors,
  url: ofKind(webUrl),
  origin: ofKind(origin),
  issuer: (answer, others) => (answer === 'none' ? good('none') : anyDid(answer, others)),
  did: anyDid,
  algorithm: among('PS256', 'ES256'),
  level: among('standard-compliance', 'label-level-1', 'label-level-2', 'label-level-3'),
  'vat-id':   matching(/^[A-Z]{2}[A-Z\d+*]{2,13}$/, 'It must begin with the two letters of its country, such as FR12345678901.'),
  'lei-code': leiCode,
  'eori':     matching(/^[A-Z]{2}[A-Z\d]{1,15}$/, 'It must be two letters of a country and up to 15 letters or digits, such as DE1234567.'),
  'tax-id':   line,
  'euid':     matching(/^[A-Z]{2}[A-Z\d]*\.[A-Z\d_.-]+$/, 'It must be a European unique identifier, such as FRIM.123456789.', answer => answer.toUpperCase()),
  'local':    line,
  'country-company-number': line,
} as const satisfies Readonly<Record<string, Reader>>
