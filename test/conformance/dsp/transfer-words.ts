import { KIT_FORMAT, subjectOf } from '../../../src/cli/conformance/kit.ts'
import type { Protocol, Talk } from './talk.ts'

const requested = ({ testId }: Talk) => ({ agreementId: subjectOf(testId), format: KIT_FORMAT })

/** The address of the kit's starts leads nowhere and has no token; a consumer's start has none. */
const started = ({ role }: Talk): { dataAddress?: object } =>
  role === 'provider'
    ? {}
    : {
        dataAddress: {
          '@type': 'DataAddress',
          endpoint: 'http://example.com',
          endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
        },
      }

/** A provider's start says where the data is and how to get in; a consumer's, which resumes, says nothing. */
function ourStart({ t, role }: Talk, given: unknown): { dataAddress?: unknown } {
  if (role === 'consumer') return {}
  t.match(given, {
    '@type': 'DataAddress',
    endpoint: /^http:\/\/127\.0\.0\.1:\d+\//,
    endpointType: /^https:/,
    endpointProperties: [{ '@type': 'EndpointProperty', name: String, value: String }],
  })
  return { dataAddress: given }
}

const because = { code: 'scenario', reason: ['The scenario wants it so.'] }
const theirs = () => ({ code: '1' })
const nothing = () => ({})

// biome-ignore format: a table is read by its columns
export const transferProtocol: Protocol = {
  collection: 'transfers',
  process: 'TransferProcess',
  error: 'TransferError',
  words: {
    request:   { type: 'TransferRequestMessage',     path: 'request',     state: 'REQUESTED',  answered: true, says: requested, carries: requested },
    start:     { type: 'TransferStartMessage',       path: 'start',       state: 'STARTED',    answered: true, says: started,
                 carries: (talk, body) => ourStart(talk, body.dataAddress) },
    suspend:   { type: 'TransferSuspensionMessage',  path: 'suspension',  state: 'SUSPENDED',  answered: true, says: theirs,    carries: () => because },
    complete:  { type: 'TransferCompletionMessage',  path: 'completion',  state: 'COMPLETED',  answered: true, says: nothing,   carries: nothing },
    terminate: { type: 'TransferTerminationMessage', path: 'termination', state: 'TERMINATED', answered: true, says: theirs,    carries: () => because },
  },
}
