import { KontorError } from '../errors.ts'
import type { Client } from '../http/index.ts'
import { type Reason, Rejection } from './rejection.ts'

/** Which reason it is when somebody gives no answer, or one that is larger than we take. */
interface AskingReasons {
  readonly unreachable: Reason
  readonly tooLarge: Reason
}

/** Asks a stranger by the guarded client; without a usable answer it throws a `Rejection`. Any status is an answer. */
export async function ask(
  request: Client['request'],
  order: Parameters<Client['request']>[0],
  { unreachable, tooLarge }: AskingReasons,
): ReturnType<Client['request']> {
  try {
    return await request(order)
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    throw new Rejection(isTooLarge(error.cause) ? tooLarge : unreachable, error.message, error)
  }
}

/** As the client's exchange and zlib call it. */
const isTooLarge = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && /^(?:ANSWER_TOO_LARGE|ERR_BUFFER_TOO_LARGE)$/.test(String(cause.code))
