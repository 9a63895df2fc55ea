import { KontorError } from '../errors.ts'

/** Why a server does not listen, and what can be done, by Node's code. */
const remedies: Readonly<Record<string, readonly [code: string, setting: 'port' | 'host', sentence: string]>> = {
  EADDRINUSE: [
    'port-taken',
    'port',
    'is in use by another program; stop that one, or set another port (0 takes a free one)',
  ],
  EACCES: ['cannot-listen', 'port', 'needs rights that this process does not have; set a port above 1023'],
  EADDRNOTAVAIL: [
    'cannot-listen',
    'host',
    'is on no interface of this machine; set 0.0.0.0, 127.0.0.1 or an address it has',
  ],
  ENOTFOUND: ['cannot-listen', 'host', 'has a host name that nobody knows; set an address of this machine'],
}

/** The error to throw when a plane's server cannot listen; it names the setting to change. */
export function cannotListen(plane: string, listener: { host: string; port: number }, error: unknown): KontorError {
  const nodeCode = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const [code, setting, sentence] = remedies[nodeCode] ?? [
    'cannot-listen',
    'port',
    `cannot be listened on (${nodeCode})`,
  ]
  return new KontorError(
    code,
    500,
    `The setting "${plane}.${setting}" cannot be used: ${listener.host}:${listener.port} ${sentence}.`,
    { faults: [{ path: `${plane}.${setting}`, message: sentence }], cause: error },
  )
}
