import t from 'tap'
import { faultsOf } from '../../src/dataplane/source-faults.ts'

const http = (more: object) => faultsOf({ type: 'HttpData', baseUrl: 'https://source.example/data', ...more })

t.test('addresses as people write them are fine', async t => {
  const fine = [
    {},
    { path: '/a/b', queryParams: 'a=1', method: 'post', contentType: 'text/csv; charset=utf-8' },
    { proxyPath: true, proxyQueryParams: 'true', proxyMethod: 'false', proxyBody: false },
    { 'header:x-api-key': 'k', authKey: 'Authorization', authCode: 'Basic a2V5' },
    { authKey: 'x-api-key', secretName: 'key-of-the-source' },
    { name: 'an EDC sample says this', '@type': 'DataAddress', '@id': 'x' },
  ]
  for (const address of fine) t.same(http(address), [])
  for (const path of ['a.csv', 'sub/a.csv', '..a/b..']) t.same(faultsOf({ type: 'File', path }), [], path)
})

t.test('every mistake gets a sentence that names it', async t => {
  // biome-ignore format: a table is read by its columns
  const table: readonly (readonly [object, RegExp])[] = [
    [{ type: 'AmazonS3' },                                  /^type is "AmazonS3": it must be HttpData or File\.$/],
    [{ type: 'toString' },                                  /^type is/],
    [{ type: 'HttpData' },                                  /^baseUrl is missing/],
    [{ type: 'HttpData', baseUrl: 7 },                      /^baseUrl must be a text/],
    [{ type: 'HttpData', baseUrl: 'data.csv' },             /^baseUrl is "data.csv"/],
    [{ type: 'HttpData', baseUrl: 'file:///etc/passwd' },   /^baseUrl is "file:/],
    [{ type: 'HttpData', baseUrl: 'http://u:p@s/' },        /^baseUrl must not carry a user name or password/],
    [{ type: 'HttpData', baseUrl: 'http://s/#a' },          /fragment/],
    [{ type: 'HttpData', baseUrl: 'http://s/', path: '../a' }, /^path must not have/],
    [{ type: 'HttpData', baseUrl: 'http://s/', path: 'a?b' }, /^path must not have/],
    [{ type: 'HttpData', baseUrl: 'http://s/', method: 'CONNECT' }, /^method must be one of GET/],
    [{ type: 'HttpData', baseUrl: 'http://s/', proxyPath: 'yes' }, /^proxyPath must be true or false\.$/],
    [{ type: 'HttpData', baseUrl: 'http://s/', proxypath: true }, /^"proxypath" is not known: write proxyPath\.$/],
    [{ type: 'HttpData', baseUrl: 'http://s/', secretName: 'k' }, /^authKey and authCode, or authKey and secretName, belong/],
    [{ type: 'HttpData', baseUrl: 'http://s/', secretname: 'k' }, /^"secretname" is not known: write secretName\.$/],
    [{ type: 'HttpData', baseUrl: 'http://s/', authKey: 'x' }, /^authKey and authCode, or authKey and secretName, belong/],
    [{ type: 'HttpData', baseUrl: 'http://s/', authKey: 'x', authCode: 'c', secretName: 'k' }, /^authCode and secretName say the same/],
    [{ type: 'HttpData', baseUrl: 'http://s/', authKey: 'a b', secretName: 'k' }, /does not name an HTTP header/],
    [{ type: 'HttpData', baseUrl: 'http://s/', 'header:': 'x' }, /does not name an HTTP header/],
    [{ type: 'HttpData', baseUrl: 'http://s/', 'header:a b': 'x' }, /does not name an HTTP header/],
    [{ type: 'HttpData', baseUrl: 'http://s/', 'header:Host': 'x' }, /sets the header Host by itself/],
    [{ type: 'HttpData', baseUrl: 'http://s/', contentType: 'csv' }, /^contentType must be a media type/],
    [{ type: 'File' },                                      /^path is missing/],
    [{ type: 'File', path: '/etc/passwd' },                 /^path is "\/etc\/passwd"/],
    [{ type: 'File', path: 'a/../../b' },                   /stay in it/],
    [{ type: 'File', path: '..\\b' },                       /stay in it/],
    [{ type: 'File', path: 'C:\\b' },                       /stay in it/],
    [{ type: 'File', path: 'a\0b' },                        /stay in it/],
  ]
  for (const [address, sentence] of table) {
    const faults = faultsOf({ type: '', ...address })
    t.equal(faults.length, 1, JSON.stringify(address))
    t.match(faults[0], sentence)
  }
})

t.test('no sentence shows a secret', async t => {
  const secret = 'geheim\nX-Evil: 1'
  for (const address of [{ 'header:x-api-key': secret }, { authKey: 'x-api-key', authCode: secret }]) {
    t.match(http(address)[0], /must be a text of one line/)
    t.notMatch(http(address).join(), /geheim/)
  }
})
