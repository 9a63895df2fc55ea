/** What became of one test. `reason`: what the kit says, and what it could not take meanwhile. */
export interface Verdict {
  readonly id: string
  readonly name: string
  readonly result: 'passed' | 'failed' | 'skipped'
  readonly reason?: string
}

/** `java.lang.RuntimeException: java.lang.RuntimeException: Timeout …`, then the stack: the text is what counts. */
export function reasonIn(said: readonly string[]): string {
  const stack = said.findIndex(line => /^\s*(at |\.\.\. |Caused by|Suppressed)/.test(line))
  const message = (stack < 0 ? said : said.slice(0, stack)).join(' ').replace(/\s+/g, ' ').trim()
  return shortened(message.replace(/^(?:java\.lang\.(?:RuntimeException|AssertionError): ?)+/, '')) || 'no reason given'
}

/** A text that fits on a line of a terminal, more or less. */
export const shortened = (text: string): string => (text.length > 600 ? `${text.slice(0, 600)} …` : text)
