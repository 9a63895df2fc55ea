import { reasonIn, type Verdict } from '../../kit/verdict.ts'

/** What is known so far of the test that is told of. */
interface Telling {
  readonly id: string
  readonly name: string
  /** The exception, line by line, once it is told. */
  said: string[] | undefined
}

/**
 * Reads what JUnit's console launcher prints (`--details=verbose --details-theme=ascii`), line by line, and tells each verdict as soon
 * as it is known. Its tests are named by their methods: the names the kit shows are not all different.
 */
export function createReader(tell: (verdict: Verdict) => void): (line: string) => void {
  let name = ''
  let telling: Telling | undefined

  return line => {
    const [, title] = /^(?:\| )+\+-- (.*)$/.exec(line) ?? []
    if (title !== undefined) name = title
    const [, key = '', value = ''] = /^(?:\| )+ *(source|caught|reason|status): (.*)$/.exec(line) ?? []
    if (key === 'source') {
      const [, id] = /methodName = '([^']+)'/.exec(value) ?? []
      telling = id === undefined ? undefined : { id, name, said: undefined }
    } else if (key === 'caught' && telling) telling.said = [value]
    else if (key === 'status' && telling) {
      tell(verdictOf(telling, value))
      telling = undefined
    } else if (telling?.said) telling.said.push(line.replace(/^(?:\| )+/, ''))
  }
}

/** `[OK] SUCCESSFUL`, `[X] FAILED`, `[S] SKIPPED`, or `[A] ABORTED`, which has shown nothing either. */
function verdictOf({ id, name, said = [] }: Telling, status: string): Verdict {
  if (status.endsWith('SUCCESSFUL')) return { id, name, result: 'passed' }
  if (status.endsWith('SKIPPED')) return { id, name, result: 'skipped' }
  return { id, name, result: 'failed', reason: reasonIn(said) }
}
