import t, { type Test } from 'tap'
import { isKnown } from '../../src/http/index.ts'
import { serve } from './support.ts'

/** A server whose content is `say.text`, compressed in name if it is so. */
async function page(t: Test) {
  const say: { text: string; coding: 'gzip' | undefined } = { text: 'first', coding: undefined }
  const { url } = await serve(t, [
    ctx => {
      if (isKnown(ctx, say.text, { coding: say.coding })) return
      ctx.body = say.text
    },
  ])
  const ask = async (known?: string, more: Record<string, string> = {}) => {
    const response = await fetch(url, { headers: { ...(known && { 'if-none-match': known }), ...more } })
    return { status: response.status, text: await response.text(), etag: response.headers.get('etag') ?? '' }
  }
  return { say, ask }
}

t.test('the tag is strong, of the content, and another for the same content compressed', async t => {
  const { say, ask } = await page(t)
  const { etag } = await ask()
  t.match(etag, /^"[\w-]{27}"$/)
  t.equal((await ask()).etag, etag)
  say.coding = 'gzip'
  t.equal((await ask()).etag, etag.replace(/"$/, '-gzip"'))
  Object.assign(say, { text: 'second', coding: undefined })
  t.not((await ask()).etag, etag)
})

t.test('who has the content is answered 304 with its tag and no content, however it is asked', async t => {
  const { ask } = await page(t)
  const { etag } = await ask()
  const compressed = etag.replace(/"$/, '-gzip"')
  for (const known of [etag, `W/${etag}`, compressed, `W/${compressed}`, `"other", ${etag}`, `"other" ,\t${etag}`, '*'])
    t.strictSame(await ask(known), { status: 304, text: '', etag }, known)
  t.equal((await ask(etag, { 'cache-control': 'no-cache' })).status, 304, 'it is asked, and that is the answer')
})

t.test('who has something else gets the content', async t => {
  const { say, ask } = await page(t)
  const { etag } = await ask()
  const bare = etag.replaceAll('"', '')
  for (const known of ['"other"', bare, `"${bare}`, `"x${bare}"`, `"${bare}-br"`, `X/${etag}`, ', ,'])
    t.match(await ask(known), { status: 200, text: 'first' }, known)
  say.text = 'second'
  t.match(await ask(etag), { status: 200, text: 'second' })
})
