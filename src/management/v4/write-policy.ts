import { readFileSync } from 'node:fs'
import { inPackage } from '../../package-files.ts'
import { createPolicyWriter } from '../v3/policy-writer.ts'
import { EDC } from '../v3/words.ts'

const profileFile = inPackage('contexts/dspace/2025-1/odrl-profile.jsonld')
const profile: { readonly '@context': object } = JSON.parse(readFileSync(profileFile, 'utf8'))

/** The only word of the EDC's own that may stand without a prefix. */
const edcWord = 'inForceDate'

/** What a policy may say without a prefix: that, and the words of the protocol's ODRL profile. */
const bare: ReadonlySet<string> = new Set([...Object.keys(profile['@context']), edcWord])

function named(name: string): string {
  const word = name.startsWith(EDC) ? name.slice(EDC.length) : undefined
  if (word !== undefined) return word === edcWord ? word : `edc:${word}`
  return name.startsWith('@') || name.includes(':') || bare.has(name) ? name : `odrl:${name}`
}

/** A policy in the dress of v4: the house's own form, but for the words that v4's context does not have. `id` names it if it has no name of its own. */
export const writePolicy = createPolicyWriter({
  nameOf: named,
  typeOf: type => type,
  each: write => value => (Array.isArray(value) ? value.map(write) : write(value)),
  word: named,
})
