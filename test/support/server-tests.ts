import { testFiles, thoseThatReach } from './test-graph.ts'

/** Prints the tests that use the PostgreSQL server of the tests: those that are worth running again on another server. */
const files = await thoseThatReach('test/support/test-server.ts', await testFiles())
process.stdout.write(`${files.join('\n')}\n`)
