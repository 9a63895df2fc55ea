import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { compactVerify, importJWK, type JWK } from 'jose'
import t, { type Test } from 'tap'
import { Secret } from '../../src/config/index.ts'
import { digestOf } from '../../src/gaiax/canonical-json.ts'
import { canonize, createJsonLd, quadsOf } from '../../src/jsonld/index.ts'
import { clearingHouse } from '../support/clearing-house.ts'
import { payloadOf } from '../support/gaia-x-participant.ts'
import { pythonWith } from '../support/python.ts'
import { agree, both, until } from './agree.ts'
import { rsaKey } from './authority.ts'
import { applicant, published } from './clearing.ts'

const run = promisify(execFile)
const GX = 'https://w3id.org/gaia-x/development#'
const VC20 = 'https://www.w3.org/ns/credentials/v2'
const contexts = fileURLToPath(new URL('../../contexts/gaia-x/25.11/', import.meta.url))
/** The ontology as it was published, where this machine has it. */
const ontology = process.env.KONTOR_TEST_GAIAX ?? fileURLToPath(new URL('../../../shared/gaiax/', import.meta.url))

/** Something signed, and the DID document of whoever signed it. */
interface Signed {
  readonly name: string
  readonly jwt: string
  readonly document: Document
}

interface Document {
  readonly verificationMethod: readonly { readonly id: string; readonly publicKeyJwk: JWK }[]
  readonly assertionMethod: readonly string[]
}

/** What Python's libraries found. */
interface Found {
  readonly tokens: readonly {
    readonly name: string
    readonly error?: string
    readonly digest?: string
    readonly quads?: Readonly<Record<string, string>>
  }[]
  /** By shapes, then by what was taken away; null: it conforms. */
  readonly verdicts: Readonly<Record<string, Readonly<Record<string, string | null>>>>
}

const text = async (url: string): Promise<string> => (await fetch(url)).text()
const documentAt = async (url: string): Promise<Document> => JSON.parse(await text(url))

/** All that a labelled participant shows, with both kinds of keys. */
async function gather(t: Test) {
  const house = await clearingHouse(t)
  const who = await applicant(t, house)
  const { publicKey, pem } = rsaKey()
  const chain = await house.certify({ publicKey: publicKey.export({ format: 'jwk' }), hosts: ['localhost'] })
  const connector = await who.start({ key: new Secret(pem), certificates: who.file('rsa.pem', chain) })
  const provider = { ...who, connector }
  const other = await applicant(t, house)
  const consumer = { ...other, connector: await other.start() }
  const properties = { 'dct:title': 'Wind power', 'dcat:keyword': ['wind', 'power'] }
  const agreement = await agree(consumer, provider, properties)
  for (const party of [consumer, provider]) await until(party, agreement, both)
  await connector.jobs.drained()
  const own = await documentAt(`${who.url}/.well-known/did.json`)
  const others = {
    peer: await documentAt(`${other.url}/.well-known/did.json`),
    notary: await documentAt(`${house.urls.notary}/did.json`),
    compliance: await documentAt(`${house.urls.compliance}/did.json`),
  }
  const rows = await connector.db.query<{ type: string; jwt: string; source: keyof typeof others | 'own' }>(
    `select type, jwt, source from gaiax_credential where state = 'active' order by type, id`,
  )
  const credentials: readonly Signed[] = rows.map(({ type, jwt, source }) => ({
    name: type,
    jwt,
    document: source === 'own' ? own : others[source],
  }))
  const status = payloadOf(rows.find(({ type }) => type === 'LegalPerson')?.jwt ?? '').credentialStatus as {
    statusListCredential: string
  }
  return {
    house,
    chain,
    credentials,
    parties: await Promise.all([provider, consumer].map(statementsUnderDid)),
    all: [
      ...credentials,
      { name: 'self-description', jwt: await text(`${who.url}/gaia-x/self-description`), document: own },
      { name: 'status list', jwt: await text(status.statusListCredential), document: own },
    ],
  }
}

type Gathered = Pick<Awaited<ReturnType<typeof gather>>, 'all' | 'credentials' | 'parties'>

/**
 * What a party says of itself, said of its DID, by which an agreement names it: with its registration number beside it this is what a
 * validator must know of the parties.
 */
async function statementsUnderDid({ url, did }: { url: string; did: string }) {
  const [person, number] = [await published(url, 'legal-person'), await published(url, 'vat-id')]
  return {
    '@context': person?.['@context'],
    credentialSubject: [{ ...(person?.credentialSubject as object), id: did }, number?.credentialSubject],
  }
}

/** The context files, by the names that Python's processor is told to know them by. */
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

/** As far as the subjects of credentials use the data model's own context. */
const model = { '@context': { '@version': 1.1, id: '@id', type: '@type' } }

async function askPython(python: string, { all, credentials, parties }: Gathered): Promise<Found> {
  const there = existsSync(ontology)
  const order = {
    tokens: all,
    judge: credentials.map(({ name }) => name),
    parties,
    context_sets: {
      ours: { [VC20]: model, [GX]: read(`${contexts}context.jsonld`) },
      ...(there && { ontology: { [VC20]: model, [GX]: read(`${ontology}gx.context.jsonld`) } }),
    },
    shapes: {
      ours: [`${contexts}shapes.ttl`, `${contexts}shapes.ttl`],
      ...(there && { ontology: [`${ontology}gx.shacl.ttl`, `${ontology}gx.owl.ttl`] }),
    },
    spoil: [
      `${GX}legalAddress`,
      `${GX}providedBy`,
      `${GX}gaiaxTermsAndConditions`,
      `${GX}labelLevel`,
      `${GX}dataProductDescription`,
      `${GX}dataUsageLegalContext`,
    ],
  }
  const script = fileURLToPath(new URL('./independent.py', import.meta.url))
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(order))
  return (await json(child.stdout)) as Found
}

const packages = ['joserfc==1.8.0', 'pyshacl==0.40.1', 'PyLD==3.3.0', 'rfc8785==0.1.4', 'cryptography']
// Before the first test: a parent whose tests are over takes no more.
const python = await pythonWith(t, 'gaiax', ...packages)

const gathered = await gather(t)
const { house, chain, credentials, all } = gathered
const found = python === undefined ? undefined : await askPython(python, gathered)

t.test('every kind of credential is there', async t => {
  const types = new Set(credentials.map(({ name }) => name))
  for (const type of ['LegalPerson', 'VatID', 'Issuer', 'ServiceOffering', 'LabelCredential', 'DataProduct'])
    t.ok(types.has(type), type)
  const agreements = credentials.filter(({ name }) => name === 'DataUsageAgreement').map(({ jwt }) => payloadOf(jwt))
  t.equal(new Set(agreements.map(({ issuer }) => issuer)).size, 2, 'an agreement is signed by both sides')
})

t.test('jose verifies all of it', async t => {
  for (const { name, jwt, document } of all) {
    const { kid, alg } = JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())
    const method = document.verificationMethod.find(({ id }) => id === kid)
    await t.resolves(compactVerify(jwt, await importJWK(method?.publicKeyJwk ?? {}, alg)), name)
  }
})

if (found !== undefined) {
  t.test('joserfc verifies all of it', async t => {
    for (const { name, error } of found.tokens) t.equal(error, undefined, name)
    t.equal(found.tokens.length, all.length)
  })

  t.test('rfc8785 has the digests that the connector and the label have', async t => {
    const label = JSON.stringify(payloadOf(credentials.find(({ name }) => name === 'LabelCredential')?.jwt ?? ''))
    for (const [at, { name, jwt }] of credentials.entries()) {
      const { digest } = found.tokens[at] ?? {}
      t.equal(digest, digestOf(payloadOf(jwt)), name)
      // A label is about the participant and its connector.
      if (!['LabelCredential', 'DataProduct', 'DataUsageAgreement'].includes(name))
        t.ok(label.includes(`sha256-${digest}`), `the label has that of ${name}`)
    }
  })

  t.test('PyLD reads the same statements in it as the connector, whichever context it is given', async t => {
    const jsonLd = createJsonLd()
    for (const [at, { name, jwt }] of credentials.entries()) {
      const payload = payloadOf(jwt)
      const context = [payload['@context']].flat().filter(each => each !== VC20)
      const subjects = [payload.credentialSubject].flat()
      const nodes = await jsonLd.expand({ '@context': context, '@graph': subjects })
      const ours = await canonize(quadsOf(nodes))
      t.not(ours, '', name)
      for (const [set, quads] of Object.entries(found.tokens[at]?.quads ?? {}))
        t.equal(quads, ours, `${name} by ${set}`)
    }
    if (!existsSync(ontology)) t.pass('left out: the context of the ontology is not on this machine')
  })

  for (const [name, verdicts] of Object.entries(found.verdicts))
    t.test(`pyshacl finds nothing wrong by the shapes that are ${name}, and what is taken away it misses`, async t => {
      for (const [without, verdict] of Object.entries(verdicts))
        if (without === 'as it is') t.equal(verdict, null)
        else t.match(verdict, /Constraint Violation/, `without ${without}`)
    })
  if (!existsSync(ontology)) t.pass('left out: the shapes of the ontology are not on this machine')
}

t.test('openssl verifies the chain of certificates', async t => {
  const [leaf = '', ...above] = chain.match(/-----BEGIN[^-]+-----[^-]+-----END CERTIFICATE-----\n?/g) ?? []
  const folder = t.testdir({ 'leaf.pem': leaf, 'above.pem': above.join('\n'), 'root.pem': house.anchor })
  const words = ['verify', '-x509_strict', '-CAfile', `${folder}/root.pem`, '-untrusted', `${folder}/above.pem`]
  try {
    const { stdout } = await run('openssl', [...words, '-verify_hostname', 'localhost', `${folder}/leaf.pem`])
    t.match(stdout, /OK/)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    t.pass('left out: there is no openssl here')
  }
})
