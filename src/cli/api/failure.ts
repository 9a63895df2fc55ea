import { type Fault, KontorError } from '../../errors.ts'

/** What the management API answered instead of what was asked for. */
export class Refused extends KontorError {
  readonly detail: string | undefined

  constructor(status: number, detail: string | undefined, faults: readonly Fault[]) {
    const words = detail === undefined ? '.' : `: ${detail}`
    super('refused', status, `The connector answered ${status}${words}`, { faults })
    this.detail = detail
  }

  /** The same, with its faults told in other words. */
  withFaults(faults: readonly Fault[]): Refused {
    return new Refused(this.status, this.detail, faults)
  }
}

/** Reads why an answer is none, in the words of either API: problem details, or the EDC's list. */
export function refusalOf(status: number, answer: unknown): Refused {
  const [first] = Array.isArray(answer) ? answer : [answer]
  const { detail, message, faults } = (typeof first === 'object' && first !== null ? first : {}) as Record<
    string,
    unknown
  >
  const said = [detail, message].find(each => typeof each === 'string')
  return new Refused(
    status,
    typeof said === 'string' ? said : undefined,
    Array.isArray(faults) ? faults.filter(isFault) : [],
  )
}

const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && 'path' in value && 'message' in value
