import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** All test files of this checkout, as paths from its root. */
export async function testFiles(): Promise<string[]> {
  const found = await readdir(`${root}test`, { recursive: true })
  return found
    .filter(file => file.endsWith('.test.ts'))
    .map(file => `test/${file}`)
    .sort()
}

/**
 * Of some files those that come by their imports to a goal, however many modules are between. Types that are imported do not count: they
 * are gone when a test runs.
 */
export async function thoseThatReach(goal: string, files: readonly string[]): Promise<string[]> {
  const imports = await importsOf(files)
  const importers = new Map<string, string[]>()
  for (const [file, imported] of imports)
    for (const path of imported) importers.set(path, [...(importers.get(path) ?? []), file])
  const reaching = new Set<string>()
  const waiting = [goal]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reaching.has(next)) continue
    reaching.add(next)
    waiting.push(...(importers.get(next) ?? []))
  }
  return files.filter(file => reaching.has(file))
}

/** What each module imports of ours, from the bundler that knows best. */
async function importsOf(files: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const { metafile } = await build({
    stdin: { contents: files.map(file => `import ${JSON.stringify(`./${file}`)}`).join('\n'), resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  return new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [file, imports.map(({ path }) => path)] as const),
  )
}
