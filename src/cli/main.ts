import { run } from './program.ts'

const code = await run(process.argv.slice(2))

// A command that failed may have left a database or a listener open, which must not keep the process.
if (code > 0) process.exit(code)
