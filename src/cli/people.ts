import { createInterface } from 'node:readline'
import { invalid } from '../errors.ts'

/** Asks people, or whatever answers in their place line by line. */
export interface People {
  /** The answer on one line, without blanks around it. Throws `invalid` when the answers have ended. */
  ask(question: string): Promise<string>
  /** Tells them something. */
  tell(text: string): void
  close(): void
}

/** Whether an answer to a question of yes or no is yes. */
export const isYes = (answer: string): boolean => /^y(es)?$/i.test(answer)

/** Has people say whether a file may be changed. Throws `invalid` where there is nobody to ask. */
export async function mayWrite(people: People | undefined, path: string): Promise<boolean> {
  if (people === undefined)
    throw invalid(`Nobody can be asked whether ${path} may be changed: say --yes. Nothing was written.`)
  return isYes(await people.ask('Write this (yes/no)?'))
}

/** Whether somebody sits there who can be asked. */
export const isTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

/**
 * People at the terminal, or a script that answers through a pipe. Questions go to standard error, so that standard output has the result
 * alone. Lines that come before they are asked for wait: a script sends all of them at once.
 */
export function openPeople(): People {
  const lines: string[] = []
  let waiting: { give: (line: string) => void; fail: (error: Error) => void } | undefined
  let ended = false
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: isTerminal() })
  reader.on('line', line => {
    if (waiting) waiting.give(line)
    else lines.push(line)
    waiting = undefined
  })
  const over = () => invalid('The answers ended before all was asked. Nothing was written.')
  reader.on('close', () => {
    ended = true
    waiting?.fail(over())
  })
  reader.on('SIGINT', () => reader.close())

  const next = (): Promise<string> => {
    if (ended) throw over()
    return new Promise((give, fail) => {
      waiting = { give, fail }
    })
  }

  return {
    async ask(question) {
      reader.setPrompt(`${question} `)
      reader.prompt()
      const line = lines.shift() ?? (await next())
      // A terminal shows what is typed, a pipe does not.
      if (!isTerminal()) process.stderr.write(`${line}\n`)
      return line.trim()
    },
    tell: text => void process.stderr.write(text),
    close: () => reader.close(),
  }
}
