import { run } from './program.ts'

// Who reads no more, as `head` does after some lines, has heard enough: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const code = await run(process.argv.slice(2))

// A command that failed may have left a database or a listener open, which must not keep the process.
if (code > 0) process.exit(code)
