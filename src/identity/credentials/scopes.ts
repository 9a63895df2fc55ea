/** What of a credential scopes look at. */
interface Scoped {
  readonly id: string | undefined
  readonly types: readonly string[]
}

/** How a scope's alias picks credentials (DCP 1.0, Scopes). */
const aliases: Readonly<Record<string, (name: string, credential: Scoped) => boolean>> = {
  'org.eclipse.dspace.dcp.vc.type:': (name, { types }) => types.includes(name),
  'org.eclipse.dspace.dcp.vc.id:': (name, { id }) => id === name,
}

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
