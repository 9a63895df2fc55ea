/** A rule that was broken: which one, by what, and what to do about it. */
export interface Broken {
  /** Such as `PA1.1` or `x5u`. */
  readonly rule: string
  /** What breaks it: the id of a credential or of a subject, a header, a parameter. */
  readonly where: string
  readonly message: string
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  500: 'Internal Server Error',
}

/** What this house refuses, and why. The services of Gaia-X answer `{ message, error, statusCode }`; `rules` is our addition. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly broken: readonly Broken[]

  constructor(status: number, broken: readonly Broken[]) {
    super(broken.map(({ rule, where, message }) => `${rule}: ${message} (${where})`).join('\n'))
    this.status = status
    this.broken = broken
  }

  /** What the caller is told. */
  get body(): object {
    const { status, message, broken } = this
    return { statusCode: status, error: titles[status] ?? 'Error', message, rules: broken }
  }
}

/** What was sent cannot be understood or verified: 400. */
export const malformed = (rule: string, where: string, message: string): Refusal =>
  new Refusal(400, [{ rule, where, message }])

/** It is understood, and against a rule: 409. */
export const against = (rule: string, where: string, message: string): Refusal =>
  new Refusal(409, [{ rule, where, message }])
