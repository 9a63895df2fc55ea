import { reasonIn, shortened, type Verdict } from '../../kit/verdict.ts'

type Failure = { readonly id: string; readonly name: string; readonly said: string[] }

const MOST_REMARKS = 5

/**
 * Reads what JUnit's console launcher prints (`--details=testfeed`) and what the kit's HTTP server logs, line by line, and
 * tells each verdict as soon as it is known. The kit checks what it receives on threads of that server, where a failed check
 * never reaches the test: all the test says is that it waited in vain. So what is logged meanwhile is added to the reason.
 */
export function createReader(tell: (verdict: Verdict) => void) {
  let failure: Failure | undefined
  const heard = new Set<string>()

  function finish(): void {
    if (!failure) return
    const { id, name, said } = failure
    const remarks = [...heard].slice(0, MOST_REMARKS)
    const reason = [reasonIn(said), ...remarks.map(remark => `[${remark}]`)].join(' ')
    tell({ id, name, result: 'failed', reason })
    failure = undefined
  }

  return {
    /** A line of the launcher's. */
    printed(line: string): void {
      if (failure && !line.startsWith('JUnit ') && line !== '') {
        failure.said.push(line)
        return
      }
      finish()
      const [, id, name, what] = / > ((?:MET|CAT|CN|TP)(?:_C)?:\d\d-\d\d): (.*) :: ([A-Z]+)$/.exec(line) ?? []
      if (id === undefined || name === undefined) return
      if (what === 'STARTED') heard.clear()
      else if (what === 'SUCCESSFUL') tell({ id, name, result: 'passed' })
      else if (what === 'SKIPPED') tell({ id, name, result: 'skipped' })
      else failure = { id, name, said: [] }
    },

    /** A line of the server's. */
    logged(line: string): void {
      const remark = remarkIn(line)
      if (remark !== undefined) heard.add(remark)
    },

    finish,
  }
}

function remarkIn(line: string): string | undefined {
  const [, request, status] = /^\s*(\S+ \S+) HTTP\/1\.1 \[(\d+) /.exec(line) ?? []
  if (request !== undefined && status !== '200') return `the kit answered ${status} to ${request}`
  const [, type, message] = /^(?:Exception in thread "[^"]*" )?([\w.$]+(?:Error|Exception)): (.*)$/.exec(line) ?? []
  const oursToo = type !== undefined && !type.startsWith('java.nio.') && !type.startsWith('java.io.')
  return oursToo ? `the kit could not take a message: ${shortened(message ?? '')}` : undefined
}
