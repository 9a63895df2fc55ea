import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { hashToken } from '../config/index.ts'

/** `kontor token`: a fresh token for a peer, and the hash by which we shall know it. */
export function tokenCommand(program: Command): void {
  program
    .command('token')
    .description('make a random token for a participant, and the hash that knows it')
    .action(() => void process.stdout.write(tokenText(randomBytes(32).toString('base64url'))))
}

/** What is told about a token: whom it is for, and where its hash goes. */
export const tokenText = (token: string): string =>
  [
    `presents: ${token}`,
    `accepts:  sha256:${hashToken(token)}`,
    '',
    'The first line is for the participant, in its identity.participants entry about you: hand it over in secret.',
    'The second is for your own entry about that participant. The token is kept nowhere.',
    '',
  ].join('\n')
