import t from 'tap'
import { tokenText } from '../../src/cli/token.ts'
import { hashToken } from '../../src/config/index.ts'
import { runCommand } from './command.ts'

t.test('a token comes with the hash that a configuration accepts it by', async t => {
  t.match(tokenText('the-token'), `presents: the-token\naccepts:  sha256:${hashToken('the-token')}\n`)
})

t.test('a token cannot be guessed', async t => {
  const { code, stdout } = await runCommand(t, ['token'])
  t.equal(code, 0)
  const [, token = ''] = /^presents: (\S+)$/m.exec(stdout) ?? []
  t.equal(Buffer.from(token, 'base64url').length, 32)
})
