import { parseFilter } from './filter.ts'
import { parsePath } from './json-path.ts'
import type { Descriptor, Field, Format, PresentationDefinition } from './messages.ts'
import type { ReadCredential } from './read-credential.ts'

/** Whether a credential is what a descriptor asks for. */
interface Understood {
  readonly id: string
  readonly matches: (credential: ReadCredential) => boolean
}

/** Names in the claim format registry that our credentials answer to: all are signed as compact JWS. */
const formats = ['jwt', 'jwt_vc', 'jwt_vc_json', 'vc+jwt']

/**
 * Understands a presentation definition (Presentation Exchange 2.1.1) as far as DCP needs it: descriptors with formats and conditions on
 * fields. Throws `invalid` for what is not understood.
 */
export function parseDefinition(definition: PresentationDefinition): readonly Understood[] {
  return definition.input_descriptors.map(descriptor => ({
    id: descriptor.id,
    matches: parseDescriptor(descriptor, descriptor.format ?? definition.format),
  }))
}

function parseDescriptor({ constraints }: Descriptor, format: Format | undefined): Understood['matches'] {
  const fields = (constraints.fields ?? []).map(parseField)
  // A JWT cannot be shown in part.
  const impossible = constraints.limit_disclosure === 'required'
  const selfIssued = constraints.subject_is_issuer === 'required'
  return credential =>
    !impossible &&
    isOfFormat(credential, format) &&
    (!selfIssued || credential.subjects.every(({ id }) => id === credential.issuer)) &&
    fields.every(holds => holds(credential))
}

function isOfFormat({ algorithm }: ReadCredential, format: Format | undefined): boolean {
  if (format === undefined || Object.keys(format).length === 0) return true
  return formats.some(name => {
    const wanted = Object.hasOwn(format, name) ? format[name] : undefined
    return wanted !== undefined && (wanted.alg === undefined || [wanted.alg].flat().includes(algorithm))
  })
}

/**
 * The first path that leads somewhere counts. Paths start at the token's payload, as `$.vc.type` does, or at the credential, as `$.type`
 * does.
 */
function parseField({ path, filter, optional = false }: Field): (credential: ReadCredential) => boolean {
  const paths = path.map(parsePath)
  const holds = filter === undefined ? () => true : parseFilter(filter)
  const one = isAboutOne(filter)
  return ({ payload, credential }) => {
    const found = paths.map(find => [...find(payload), ...find(credential)]).find(values => values.length > 0)
    if (found === undefined) return optional
    return found.some(value => (one && Array.isArray(value) ? value.some(holds) : holds(value)))
  }
}

/** DCP's own examples compare the list `type` with a string, and mean any of its entries. */
const isAboutOne = (filter: Field['filter']): boolean =>
  filter !== undefined && filter.type !== 'array' && !['contains', 'items'].some(word => word in filter)
