import t from 'tap'
import { Secret } from '../../../src/config/index.ts'
import { signRequest } from '../../../src/keys/kms/sigv4.ts'

const credentials = {
  region: 'us-east-1',
  service: 'service',
  accessKey: 'AKIDEXAMPLE',
  secretKey: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
}
const at = new Date('2015-08-30T12:36:00Z')

// biome-ignore format: a table is read by its columns
const published: readonly [test: string, method: string, path: string, headers: Record<string, string>, body: string, signature: string][] = [
  ['get-vanilla',            'GET',  '/', {},                                                    '',             '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla',           'POST', '/', {},                                                    '',             '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ['post-x-www-form-urlencoded', 'POST', '/', { 'content-type': 'application/x-www-form-urlencoded' }, 'Param1=value1', 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a'],
]

t.test('the signatures of the test suite that AWS publishes', async t => {
  for (const [name, method, path, headers, body, signature] of published) {
    const url = new URL(path, 'https://example.amazonaws.com')
    const signed = signRequest({ method, url, headers, body }, credentials, at)
    t.match(signed.authorization, `Signature=${signature}`, name)
  }
})

t.test('the date, every header and the host are signed', async t => {
  const request = {
    method: 'POST',
    url: new URL('http://127.0.0.1:5000/'),
    headers: { 'x-amz-target': 'T' },
    body: '{}',
  }
  const signed = signRequest(request, credentials, at)
  t.equal(signed['x-amz-date'], '20150830T123600Z')
  t.match(signed.authorization, 'SignedHeaders=host;x-amz-date;x-amz-target')
  const signatures = new Set(
    [
      request,
      { ...request, body: '{ }' },
      { ...request, url: new URL('http://127.0.0.1:5001/') },
      { ...request, headers: { 'x-amz-target': 'U' } },
    ].map(each => signRequest(each, credentials, at).authorization),
  )
  t.equal(signatures.size, 4)
})
