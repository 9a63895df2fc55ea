import type { Test } from 'tap'
import { Secret } from '../../src/config/index.ts'
import type { KmsSettings } from '../../src/keys/kms/client.ts'
import { signRequest } from '../../src/keys/kms/sigv4.ts'
import { pythonWith, startServer } from './python.ts'

const region = 'eu-west-2'

/** A KMS (moto, from PyPI) that knows one user and refuses whatever that user has not signed; nothing where it cannot be had. */
export async function startKms(t: Test): Promise<KmsSettings | undefined> {
  const python = await pythonWith(t, 'kms', 'moto[kms]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5')
  if (python === undefined) return undefined
  const [, url = ''] = await startServer(
    t,
    python,
    ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'],
    /Running on (http:\/\/127\.0\.0\.1:\d+)/,
  )
  const nobody = { region, service: 'iam', accessKey: 'nobody', secretKey: new Secret('nothing') }
  const iam = async (action: string, parameters: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const signed = signRequest({ method: 'POST', url: new URL(url), headers, body }, nobody, new Date())
    const answer = await fetch(url, { method: 'POST', headers: signed, body })
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`)
    return answer.text()
  }
  const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] }
  await iam('CreateUser', { UserName: 'kontor' })
  await iam('PutUserPolicy', { UserName: 'kontor', PolicyName: 'kms', PolicyDocument: JSON.stringify(all) })
  const answer = await iam('CreateAccessKey', { UserName: 'kontor' })
  const [, accessKey = ''] = /<AccessKeyId>(.*?)</.exec(answer) ?? []
  const [, secretKey = ''] = /<SecretAccessKey>(.*?)</.exec(answer) ?? []
  await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: '0' })
  return { url, region, accessKey, secretKey: new Secret(secretKey) }
}
