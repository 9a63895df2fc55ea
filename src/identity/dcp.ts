import type { Config } from '../config/types.ts'
import type { Database } from '../db/index.ts'
import type { About, Auth, Authorize, Counterparty, VerifySender } from '../dsp/index.ts'
import { invalid } from '../errors.ts'
import type { Append } from '../events/index.ts'
import type { Client } from '../http/index.ts'
import type { JsonObject } from '../jsonld/index.ts'
import { type Keyring, type Keys, signCompact } from '../keys/index.ts'
import { credentialTypesOf } from '../policy/index.ts'
import type { Jobs } from '../process/index.ts'
import type { Admit } from './admit.ts'
import { type Checkup, createCheckup } from './checkup.ts'
import type { WalletEvents } from './credential-service/given.ts'
import { credentialServiceRoutes } from './credential-service/routes.ts'
import { type CredentialService, createCredentialService } from './credential-service/service.ts'
import { profiles } from './credentials/profiles.ts'
import { createDids, type Dids, keyUrl, type OwnKeys, type OwnService, ownDocument } from './dids/index.ts'
import { createDoor, type Door, type OnRejected } from './door.ts'
import { Rejection } from './rejection.ts'
import { restrain } from './restraint.ts'
import { createScopesOf } from './scopes.ts'
import type { Specialist } from './specialist.ts'
import { ACCESS_TOKEN_LIFETIME, createSts, ID_TOKEN_LIFETIME, type Sts } from './sts/index.ts'
import { createVerifyIdToken, type VerifyIdToken } from './verifier/id-token.ts'
import { createVerifier } from './verifier/index.ts'
import type { Recheck } from './verifier/recheck.ts'
import { createReplayStore } from './verifier/replay.ts'
import { readStatusEntries } from './verifier/status.ts'

/** Identity by the Decentralized Claims Protocol 1.0. */
export interface Dcp {
  readonly verifySender: VerifySender
  readonly authorize: Authorize
  readonly recheck: Recheck
  readonly sts: Sts
  readonly dids: Dids
  /** Checks that a credential of that issuer, with these statuses, is neither revoked nor suspended. Throws a `Rejection`. */
  readonly checkStatus: (issuer: string, credentialStatus: readonly JsonObject[]) => Promise<number>
  /** Verifies the ID token of whoever asks something of our other services. Throws a `Rejection`. */
  readonly verifyIdToken: VerifyIdToken
  /** Makes a door of a name; what is rejected there is logged. */
  readonly door: (name: string) => Door
  /** Keeps credentials about us, and presents them. */
  readonly credentials: CredentialService
  /** Where verifiers and issuers reach it. */
  readonly credentialRoutes: (admit: Admit) => ReturnType<typeof credentialServiceRoutes>
  /** Our DID document. */
  readonly document: () => Promise<object>
  /** What can be found out about identity when something is wrong. */
  readonly checkup: Checkup
}

/** How others find out that we speak it (DSP 2025-1, Exposure of Versions). */
export const DCP_AUTH: Auth = { protocol: 'DCP', version: '1.0', profile: profiles }

/** A presentation lives no longer than an ID token; public keys are in our document for as long as either can be valid. */
const identityLifetime = 2 * ID_TOKEN_LIFETIME * 1_000

/** Opens a participant's identity: its keys, and all that it verifies others by. */
export async function openDcp(given: {
  did: string
  settings: Config['identity']['dcp']
  wallet: Config['wallet']
  /** After so many ms in which an issuer cannot be asked it is given up. */
  giveUpAfter: number
  db: Database
  jobs: Jobs
  keys: Keys
  request: Client['request']
  now: () => Date
  onRejected: OnRejected
  events: WalletEvents
  append?: Append | undefined
  /** What our DID document names, beside our identity's keys. */
  services: () => readonly OwnService[]
  furtherKeys?: () => Promise<readonly OwnKeys[]>
  /** Judges what has rules of its own; made from what it needs of us. */
  specialise?: ((tools: Pick<Dcp, 'dids' | 'checkStatus'>) => Specialist) | undefined
}): Promise<Dcp> {
  const { did, settings, db, keys, request, now, onRejected, services, furtherKeys = async () => [] } = given
  const identity = await keys.ring('identity', { lifetime: identityLifetime })
  const access = await keys.ring('presentation-access', { lifetime: ACCESS_TOKEN_LIFETIME })
  const { plainHttp, relationships, didTime: keepFor, didOutage: staleFor } = settings
  const resolving = { request: restrain(request), plainHttp, relationships, now }
  const dids = createDids({ ...resolving, keepFor, staleFor })
  const sts = createSts({ did, identity, access, now })
  const verifyIdToken = createVerifyIdToken({ audience: did, dids, useOnce: createReplayStore(db, now), now })
  // It looks up statuses as the verifier does, and the verifier asks it: so one of them comes later.
  let specialist: Specialist | undefined
  const later: Specialist = {
    judge: async (holder, tokens) => (await specialist?.judge(holder, tokens)) ?? { holding: [], rest: tokens },
    lookUp: async (holder, types, presented) => (await specialist?.lookUp(holder, types, presented)) ?? [],
    recheck: async (credential, all) => specialist?.recheck(credential, all),
    published: async () => (await specialist?.published()) ?? [],
  }
  const {
    attest,
    recheck,
    verify: verifyOwn,
    checkStatus: check,
  } = createVerifier({
    did,
    settings,
    request,
    dids,
    idToken: sts.idToken,
    onRejected,
    now,
    specialist: given.specialise && later,
  })
  const checkStatus: Dcp['checkStatus'] = async (issuer, given) => check(issuer, readStatusEntries(given))
  specialist = given.specialise?.({ dids, checkStatus })
  const scopesOf = createScopesOf(settings.policyScopes)
  const door = createDoor('dsp', onRejected)
  const credentials = createCredentialService({
    ...given,
    trustedIssuers: settings.trustedIssuers,
    safe: keys.safe,
    sign: ({ header, payload }) => {
      const signer = identity.current()
      return signCompact(signer, { ...header, kid: keyUrl(did, signer.kid) }, payload)
    },
    peers: { idToken: sts.idToken, findService: dids.findService, request },
    verifyCredential: token => verifyOwn(token, did),
    published: later.published,
  })

  async function verify(authorization: string | undefined, about: About = async () => []): Promise<Counterparty> {
    const { issuer, access: token } = await verifyIdToken(authorization)
    const policies = await about(issuer)
    if (policies === null) return { id: issuer, claims: { credentials: [] } }
    if (token === undefined)
      throw new Rejection('token-without-access', `The ID token of ${issuer} has no token in it.`)
    const scopes = withStandard(settings.scopes, scopesOf(policies))
    const presented = scopes.length === 0 ? [] : await attest(issuer, token, scopes)
    const published = await later.lookUp(
      issuer,
      policies.flatMap(policy => credentialTypesOf(policy)),
      presented,
    )
    return { id: issuer, claims: { credentials: [...presented, ...published] } }
  }

  const authorize: Authorize = async (participantId, about = []) => {
    if (!participantId.startsWith('did:'))
      throw invalid(`${JSON.stringify(participantId)} is no DID: participants are known by their DIDs here.`)
    const scopes = withStandard(settings.scopes, scopesOf(about))
    return `Bearer ${await sts.idToken(participantId, { scopes })}`
  }

  return {
    verifySender: (authorization, about) => door(() => verify(authorization, about)),
    authorize,
    recheck,
    sts,
    dids,
    checkStatus,
    verifyIdToken,
    door: name => createDoor(name, onRejected),
    credentials,
    credentialRoutes: admit =>
      credentialServiceRoutes(credentials, {
        admit,
        door: createDoor('credential-service', onRejected),
        scopesOf: sts.accessTokens.verify,
      }),
    document: async () => ownDocument(did, [await ownIdentity(identity), ...(await furtherKeys())], services()),
    checkup: createCheckup({
      fresh: () => createDids({ ...resolving, keepFor: 0, staleFor: 0 }),
      authorize,
      scopesFor: policies => withStandard(settings.scopes, scopesOf(policies)),
      required: settings.required,
      held: () => credentials.wallet.list({ limit: 1_000, offset: 0 }),
    }),
  }
}

const withStandard = (standard: readonly string[], further: readonly string[]): readonly string[] =>
  further.length === 0 ? standard : [...new Set([...standard, ...further])]

const ownIdentity = async (identity: Keyring): Promise<OwnKeys> => ({
  keys: await identity.publicKeys(),
  uses: ['authentication', 'capabilityInvocation'],
})
