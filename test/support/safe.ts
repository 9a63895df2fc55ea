import type { Safe } from '../../src/keys/index.ts'

/** A safe that shows what was put in and under which name, so that tests see that something was sealed at all. */
export const glassSafe: Safe = {
  seal: (plain, context) => Buffer.from(`${context}\0${Buffer.from(plain).toString('base64')}`),
  async open(sealed, context) {
    const [name, content] = Buffer.from(sealed).toString('utf8').split('\0')
    if (name !== context || content === undefined) throw new Error('sealed as something else')
    return Buffer.from(content, 'base64')
  },
}
