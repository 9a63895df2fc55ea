import type { Test } from 'tap'

const tokenFaults = [
  'noAuthHeader',
  'tokenSignedWithWrongKey',
  'tokenExpired',
  'iatInFuture',
  'nbfViolated',
  'jtiAlreadyUsed',
]

/** The names of the tests that the official kit 1.0.0-RC6 runs, by package; those of one endpoint share a beginning. */
// biome-ignore format: a table is read by its columns
const packages: readonly (readonly [name: string, count: number, tests: readonly (readonly [start: string, ends: readonly string[]])[]])[] = [
  [ 'presentation-cs', 16, [
    [ 'cs_04_03_03_', ['idTokenInvalidIssuerSub', 'idTokenInvalidSub', 'idtokenIncorrectAud', 'idtokenIncorrectSub', 'idtokenNbfInFuture', 'idtokenExpired', 'idtokenJtiUsedTwice'] ],
    [ 'cs_05_', ['02_endpointDiscovery', '03_01_accessTokenInvalidHeader', '04_invalidTokenNotAuthorized', '04_02_emptyScopeExpect4xx'] ],
    [ 'cs_05_04_01_', ['invalidScopeAndPresentationRequest', 'emptyPresentationDefinition', '02_scopeByTypeRequest', '02_lessScopesThanAuthorizedByTypeRequest', '02_invalidScopeEscalationRequest'] ],
  ] ],
  [ 'issuance-cs', 24, [
    [ 'cs_06_05_01_credentialMessage', ['', ...tokenFaults.map(end => `_${end}`), '_missingBearerPrefix', '_invalidBody', '_incorrectAudience', '_issNotEqualToSub', '_invalidStatus'] ],
    [ 'cs_06_06_01_credentialOfferMessage', ['', ...tokenFaults.map(end => `_${end}`), '_missingBearerPrefix', '_invalidBody', '_incorrectAudience', '_issNotEqualToSub', '_onlyIds'] ],
  ] ],
  [ 'presentation-verifier', 20, [
    [ 'presentationResponse_', ['rejectMissingBearerPrefix', 'endpointDiscovery'] ],
    [ 'verifier_04_03_', ['03_idTokenInvalidIssuerSub', '03_idTokenInvalidSub', '03_idTokenIncorrectAud', '03_idTokenIncorrectSub', '03_idTokenNbfInFuture', '03_idTokenExpired', '03_idTokenJtiUsedTwice', '01_presentationResponse_idTokenNoTokenClaim'] ],
    [ 'verifier_05_04_02_', ['01_presentationResponse_tooFewCredentials', '02_presentationResponse_tooManyCredentials', '03_presentationResponse_emptyPresentations', '04_presentationResponse_emptyCredentials'] ],
    [ 'verifier_05_04_03_', ['presentationResponse_holderNotEqualSubjectId', '07_presentationResponse_expiredCredential', '06_presentationResponse_credentialRevoked', '06_presentationResponse_notYetValidCredential'] ],
    [ 'verifier_', ['05_01_presentationResponse_success', 'x_x_presentationResponse_invalidCredentialSchema'] ],
  ] ],
  [ 'issuance-issuer', 25, [
    [ 'is_6_', ['2_endpointDiscovery', '7_issuerMetadata', '4_1_credentialRequest', '8_1_credentialStatusRequest'] ],
    [ 'is_6_4_', ['2_credentialRequest_noAuthHeader', '3_credentialRequest_noBearerPrefix', '4_credentialRequest_invalidBody', '5_credentialRequest_tokenSignedWithWrongKey', '6_credentialRequest_tokenExpired', '7_credentialRequest_iatInFuture', '8_credentialRequest_nbfViolated', '8_credentialRequest_invalidAud', '10_credentialRequest_issNotEqualSub', '11_credentialRequest_jtiAlreadyUsed', '12_credentialRequest_missingHolderPid'] ],
    [ 'is_6_8_', ['2_credentialStatusRequest_noAuthHeader', '3_credentialStatusRequest_noBearerPrefix', '5_credentialStatusRequest_tokenSignedWithWrongKey', '6_credentialStatusRequest_tokenExpired', '7_credentialStatusRequest_iatInFuture', '8_credentialStatusRequest_nbfViolated', '8_credentialStatusRequest_invalidAud', '10_credentialStatusRequest_issNotEqualSub', '11_credentialStatusRequest_jtiAlreadyUsed', '12_credentialStatusRequest_requestIdNotFound'] ],
  ] ],
]

/** Names scenarios after the tests of the kit: a name begins with the id of one, or else is a scenario of our own. */
export function scenariosOf(t: Test, name: string) {
  const [, count, tests] = packages.find(([each]) => each === name) ?? [name, 0, []]
  const ids = tests.flatMap(([start, ends]) => ends.map(end => start + end))
  const played = new Set<string>()
  return {
    scenario(title: string, play: (t: Test) => Promise<void>): void {
      played.add(/^\w*/.exec(title)?.[0] ?? '')
      t.test(title, play)
    },
    /** To be called last: fails if one of the kit's tests has no scenario. */
    complete(): void {
      t.test(`each of the ${count} tests of the kit has its scenario`, async t => {
        t.equal(new Set(ids).size, count)
        t.same(
          ids.filter(id => !played.has(id)),
          [],
        )
      })
    },
  }
}
