import { existsSync, readFileSync } from 'node:fs'

/**
 * A file or folder (with a slash at its end) of this package by its path from the package's root, where `package.json`, `contexts/`
 * and `policies/` are: the same for the sources and for what is built of them, wherever that puts a module.
 */
export const inPackage = (path: string): URL => new URL(path, root)

const root = findRoot(new URL('.', import.meta.url))

function findRoot(folder: URL): URL {
  return existsSync(new URL('package.json', folder)) ? folder : findRoot(new URL('..', folder))
}

/** The version of this package. */
export const version: string = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')).version
