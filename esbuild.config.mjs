import { rm } from 'node:fs/promises'
import { build } from 'esbuild'

/*
 * What is run is one file and a few chunks, libraries included: Node finds, reads and compiles these three times as fast as the
 * thousand modules they are made of, and they take less memory. Programs of others and the worker stay outside. Tests build it into a folder of their own.
 */
const [outdir = 'dist'] = process.argv.slice(2)
await rm(`${outdir}/chunks`, { recursive: true, force: true })
await build({
  entryPoints: ['src/index.ts', 'src/cli/main.ts'],
  outdir,
  outbase: 'src',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  // Native bindings that libraries look for and do without.
  external: ['pg-native', 'rdf-canonize-native'],
  // Libraries in CommonJS ask for Node's own modules by `require`.
  banner: { js: "const require = process.getBuiltinModule('module').createRequire(import.meta.url);" },
  logLevel: 'warning',
})
