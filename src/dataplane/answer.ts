import type { ClientRequest, IncomingMessage } from 'node:http'
import { badGateway } from '../errors.ts'

/**
 * The head of the answer to a request of ours. Who wants to speak another protocol is told nothing more: without a listener of ours,
 * Node would drop the line and say nothing, and whoever waits would wait for ever.
 */
export function answerOf(request: ClientRequest, who: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', resolve)
    request.on('upgrade', (_, line) => {
      line.destroy()
      reject(badGateway(`${who} wants to speak another protocol.`))
    })
  })
}
