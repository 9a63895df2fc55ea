import { KontorError } from '../../errors.ts'
import type { Rendered } from '../../http/index.ts'

/** Our codes in EDC's words, and the status EDC gives them where it is another one. */
// biome-ignore format: a table is read by its columns
const types: Readonly<Record<string, readonly [type: string, status?: number]>> = {
  'not-found':       ['ObjectNotFound'            ],
  conflict:          ['ObjectConflict'            ],
  // The protocol demands 400 of its endpoints; here a process in the wrong state is a conflict.
  'wrong-state':     ['ObjectConflict',        409],
  unauthenticated:   ['AuthenticationFailed'      ],
  forbidden:         ['NotAuthorized'             ],
  'too-many':        ['TooManyRequests'           ],
  'bad-gateway':     ['BadGateway'                ],
  unavailable:       ['ServiceUnavailable'        ],
  internal:          ['InternalServerError'       ],
}

/** An error as EDC's management API tells it: a list. `invalidValue` is always null, since the value may be a secret. */
export function renderError({ code, status, message, faults }: KontorError): Rendered {
  const [type, otherStatus] = types[code] ?? [faults.length > 0 ? 'ValidationFailure' : 'InvalidRequest']
  const told = faults.length > 0 ? faults : [{ message, path: null }]
  const body = told.map(fault => ({ message: fault.message, type, path: fault.path, invalidValue: null }))
  return { status: otherStatus ?? status, body }
}

/** There is no such object, in EDC's sentence. */
export const objectNotFound = (type: string, id: string): KontorError =>
  new KontorError('not-found', 404, `Object of type ${type} with ID=${id} was not found`)
