import { credentialType } from '../../policy/index.ts'

/** What of a credential scopes look at. */
interface Scoped {
  readonly id: string | undefined
  readonly types: readonly string[]
}

const byType = 'org.eclipse.dspace.dcp.vc.type:'

/** How a scope's alias picks credentials (DCP 1.0, Scopes). Policies write Gaia-X's types without their namespace, credentials with it. */
const aliases: Readonly<Record<string, (name: string, credential: Scoped) => boolean>> = {
  [byType]: (name, { types }) => types.some(type => type === name || credentialType(type) === credentialType(name)),
  'org.eclipse.dspace.dcp.vc.id:': (name, { id }) => id === name,
}

/** The scope by which credentials of a type are asked for. */
export const scopeOfType = (type: string): string => `${byType}${type}:read`

/**
 * Whether one of the scopes lets a credential be read. A scope is an alias, a name, and perhaps what is allowed:
 * `org.eclipse.dspace.dcp.vc.type:MembershipCredential:read`. One that we do not know lets nothing be read.
 */
export const isCovered = (credential: Scoped, scopes: readonly string[]): boolean =>
  scopes.some(scope => {
    const [alias, matches] = Object.entries(aliases).find(([alias]) => scope.startsWith(alias)) ?? []
    if (alias === undefined || matches === undefined || /:write$/.test(scope)) return false
    const rest = scope.slice(alias.length)
    return matches(rest.replace(/:(?:read|all|\*)$/, ''), credential)
  })
