import t from 'tap'
import { answerFor } from '../../src/dataplane/file-answer.ts'

const modified = 1_770_000_000_123_456_789n
const file = { size: 1_000, modified, contentType: 'text/csv' }
const whole = answerFor('GET', {}, file)
const etag = String(whole.headers.etag)
const date = String(whole.headers['last-modified'])
const earlier = new Date(Date.parse(date) - 1_000).toUTCString()

t.test('a file is sent whole, with all that is needed to come back for a part', async t => {
  t.match(whole, { status: 200, range: { first: 0, last: 999 } })
  t.match(whole.headers, { 'content-length': 1_000, 'content-type': 'text/csv', 'accept-ranges': 'bytes' })
  t.match(etag, /^"[^"]+"$/)
})

t.test('a range is what the standard makes of it', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    // asked for            status  first  last
    [ 'bytes=0-99',         206,    0,     99  ],
    [ 'bytes=900-',         206,    900,   999 ],
    [ 'bytes=-100',         206,    900,   999 ],
    [ 'bytes=-5000',        206,    0,     999 ],
    [ 'bytes=990-5000',     206,    990,   999 ],
    [ 'Bytes = 0 - 0',      206,    0,     0   ],
    [ 'bytes=1000-',        416,    undefined, undefined ],
    [ 'bytes=-0',           416,    undefined, undefined ],
    [ 'bytes=5-3',          200,    0,     999 ],
    [ 'bytes=0-1,5-6',      200,    0,     999 ],
    [ 'bytes=a-b',          200,    0,     999 ],
    [ 'bytes=-',            200,    0,     999 ],
    [ 'lines=0-9',          200,    0,     999 ],
  ] as const
  for (const [range, status, first, last] of table) {
    const answer = answerFor('GET', { range }, file)
    t.equal(answer.status, status, range)
    t.same(answer.range, first === undefined ? undefined : { first, last }, range)
    if (status === 206) t.equal(answer.headers['content-range'], `bytes ${first}-${last}/1000`)
    if (status === 416) t.equal(answer.headers['content-range'], 'bytes */1000')
  }
})

t.test('a range of data that has changed is answered with the whole', async t => {
  const range = 'bytes=10-'
  for (const ifRange of [etag, date]) t.equal(answerFor('GET', { range, 'if-range': ifRange }, file).status, 206)
  for (const ifRange of ['"other"', `W/${etag}`, earlier, 'nonsense'])
    t.equal(answerFor('GET', { range, 'if-range': ifRange }, file).status, 200, ifRange)
})

t.test('HEAD is about the whole', async t => {
  t.match(answerFor('HEAD', { range: 'bytes=0-9' }, file), { status: 200, headers: { 'content-length': 1_000 } })
})

t.test('conditions are looked at in the order of the standard', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    [{ 'if-none-match': etag },                                              304],
    [{ 'if-none-match': `"x", W/${etag}` },                                  304],
    [{ 'if-none-match': '*' },                                               304],
    [{ 'if-none-match': '"x"' },                                             200],
    [{ 'if-none-match': '"x"', 'if-modified-since': date },                  200],
    [{ 'if-modified-since': date },                                          304],
    [{ 'if-modified-since': earlier },                                       200],
    [{ 'if-modified-since': 'whenever' },                                    200],
    [{ 'if-match': etag },                                                   200],
    [{ 'if-match': '*' },                                                    200],
    [{ 'if-match': '"x"' },                                                  412],
    [{ 'if-match': `W/${etag}` },                                            412],
    [{ 'if-unmodified-since': date },                                        200],
    [{ 'if-unmodified-since': earlier },                                     412],
    [{ 'if-match': etag, 'if-unmodified-since': earlier },                   200],
    [{ 'if-match': '"x"', 'if-none-match': etag },                           412],
  ] as const
  for (const [asked, status] of table) t.equal(answerFor('GET', asked, file).status, status, JSON.stringify(asked))
})

t.test('the tag differs when size or time does, by a nanosecond too', async t => {
  const tags = [file, { ...file, size: 999 }, { ...file, modified: modified + 1n }].map(
    one => answerFor('GET', {}, one).headers.etag,
  )
  t.equal(new Set(tags).size, 3)
})

t.test('an empty file is sent, and has no part', async t => {
  const empty = { ...file, size: 0 }
  t.match(answerFor('GET', {}, empty), { status: 200, range: undefined, headers: { 'content-length': 0 } })
  t.equal(answerFor('GET', { range: 'bytes=0-' }, empty).status, 416)
})
