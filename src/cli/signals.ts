/** Exit codes of a process that a signal has ended, by the custom of shells. */
const codes = { SIGINT: 130, SIGTERM: 143 } as const

/** npm hands on a Ctrl-C that the terminal has given us already: what comes so soon, in ms, is the same one. */
const ECHO = 500

/** Resolves at the first SIGINT or SIGTERM. The next one ends the process at once, whatever it is doing. */
export function untilStopped(): Promise<void> {
  let first: number | undefined
  return new Promise(resolve => {
    const hear = (signal: keyof typeof codes) => {
      first ??= performance.now()
      if (performance.now() - first > ECHO) process.exit(codes[signal])
      resolve()
    }
    process.on('SIGINT', hear).on('SIGTERM', hear)
  })
}
