import { parse as parseYaml } from 'yaml'
import { gather, type Kind, kind, list, notAllowed, type Parsed, type Surroundings, within } from './kinds.ts'
import { suggestion } from './nearest.ts'
import { token } from './secret.ts'
import type { KnownParticipant } from './types.ts'
import { text } from './values.ts'

/** A hash is harmless, but people put the token itself there by mistake: nothing of it is shown. */
export const tokenHash: Kind<string> = kind(
  'sha256: and 64 hexadecimal digits, the SHA-256 of the token',
  given => /^sha256:([\da-f]{64})$/i.exec(typeof given === 'string' ? given : '')?.[1]?.toLowerCase(),
  () => '[secret]',
)

const fields = { id: text, accepts: tokenHash, presents: token(1), groups: list(text) }
const names = Object.keys(fields)
const allowed = `a mapping with ${names.join(', ')}`

/** One entry of `identity.participants`; `groups` may be left out. */
function participant(given: unknown, surroundings: Surroundings): Parsed<KnownParticipant> {
  if (typeof given !== 'object' || given === null) return { wrong: [notAllowed('[secret]', allowed)] }
  const entry = new Map<string, unknown>([['groups', []], ...Object.entries(given)])
  const field = <T>(name: string, of: Kind<T>): Parsed<T> =>
    entry.has(name)
      ? within(`.${name}`, of.parse(entry.get(name), surroundings))
      : { wrong: [{ at: `.${name}`, problem: `is missing; it must be ${of.allowed}` }] }

  const id = field('id', fields.id)
  const accepts = field('accepts', fields.accepts)
  const presents = field('presents', fields.presents)
  const groups = field('groups', fields.groups)
  const unknown = [...entry.keys()].filter(name => !names.includes(name)).map(noField)
  if ('value' in id && 'value' in accepts && 'value' in presents && 'value' in groups && unknown.length === 0)
    return { value: { id: id.value, accepts: accepts.value, presents: presents.value, groups: groups.value } }
  return { wrong: [id, accepts, presents, groups, ...unknown].flatMap(part => ('wrong' in part ? part.wrong : [])) }
}

const noField = (name: string): Parsed<never> => ({
  wrong: [{ at: `.${name}`, problem: `is no setting of a participant; ${suggestion(name, names)}` }],
})

/** The participants known by static tokens; a variable gives the list as YAML or JSON. */
export const participants: Kind<readonly KnownParticipant[]> = {
  allowed: 'a list (in a variable: YAML or JSON) of entries { id, accepts: sha256:…, presents: a secret, groups: […] }',
  secret: false,
  fromVariable: text => {
    try {
      return parseYaml(text)
    } catch {
      return undefined
    }
  },
  parse(given, surroundings) {
    return Array.isArray(given)
      ? gather(given.map((one, index) => within(`[${index}]`, participant(one, surroundings))))
      : { wrong: [notAllowed('[secret]', this.allowed)] }
  },
}
