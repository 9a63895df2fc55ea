import { invalid, type KontorError } from '../errors.ts'
import type { MessageType } from './messages.ts'

/** The message is of another type than the endpoint, or our question, is for. */
export function wrongType(expected: MessageType, given: unknown): KontorError {
  const found = [given].flat().map(type => (typeof type === 'string' ? JSON.stringify(type.slice(0, 100)) : 'no text'))
  return invalid(`A ${expected} was expected, but the @type of the message is ${found.join(', ') || 'missing'}.`, {
    faults: [{ path: '/@type', message: `It must be "${expected}".` }],
  })
}
