/**
 * What the official DSP conformance kit (eclipse-dataspacetck/dsp-tck) has to be told about a connector, and which of its
 * tests talk about what.
 */

/** Whom the kit plays. */
export const KIT_PARTICIPANT = 'TCK_PARTICIPANT'

/** The format in which every scenario's data is asked for. */
export const KIT_FORMAT = 'HttpData-PULL'

/** What the kit's policies say of its datasets, and ours of the ones it asks for: anybody may use them. */
export const permission = [{ action: 'use' }]

/** The kinds of tests: metadata, catalogue, negotiation and transfer, the last two with the connector as provider and as consumer (`_C`). */
export type TestKind = 'MET' | 'CAT' | 'CN' | 'CN_C' | 'TP' | 'TP_C'

// biome-ignore format: a table is read by its columns
const groups: readonly (readonly [kind: TestKind, ...sizes: number[]])[] = [
  // kind    tests in group 01, 02, 03
  [ 'MET',   1       ],
  [ 'CAT',   3       ],
  [ 'CN',    4, 7, 4 ],
  [ 'CN_C',  4, 6, 6 ],
  [ 'TP',    5, 5, 6 ],
  [ 'TP_C',  5, 5, 6 ],
]

const twoDigits = (index: number): string => String(index + 1).padStart(2, '0')
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** The kit's tests by their ids, such as `CN:01-02`: all, or those of one kind. */
export function testIds(only?: TestKind): string[] {
  const chosen = groups.filter(([kind]) => only === undefined || kind === only)
  return chosen.flatMap(([kind, ...sizes]) =>
    sizes.flatMap((size, group) => upTo(size).map(test => `${kind}:${twoDigits(group)}-${twoDigits(test)}`)),
  )
}

/** The id of the dataset that a test is about: `ACN0102` for `CN:01-02`, `CAT0101` for `CAT:01-01`. */
export function subjectOf(testId: string): string {
  const word = testId.replace(/[^A-Z0-9]/g, '')
  return word.startsWith('CAT') ? word : `A${word}`
}

/** The datasets that must be on offer to the kit: one for each test in which the connector provides, and two to be found in the catalogue. */
export const kitDatasets: readonly string[] = ['CAT:01-01', 'CAT:01-02', ...testIds('CN'), ...testIds('TP')].map(
  subjectOf,
)

/** Where the connector is, where the kit will be, and who they are to each other. */
export interface KitSetup {
  /** The connector's participant id. */
  readonly participantId: string
  /** The connector's protocol URL, version path included, without a final slash. */
  readonly protocolUrl: string
  /** Where `/.well-known/dspace-version` stands, without a final slash. */
  readonly baseUrl: string
  /** Sent as it is in the `Authorization` header; the connector takes it for `TCK_PARTICIPANT`. */
  readonly authorization: string
  /** What the kit posts to when the connector shall begin something as consumer. */
  readonly initiate: { readonly negotiation: string; readonly transfer: string }
  /** Where the kit itself listens, and the URL under which the connector reaches it, without a path. */
  readonly kit: { readonly host: string; readonly port: number; readonly url: string }
  /** Seconds the kit waits for each message; its own default is 15. */
  readonly wait?: number | undefined
  /** The id of the offer under which a dataset stands in the catalogue. */
  readonly offers: ReadonlyMap<string, string>
  /** The id of the agreement about a dataset. */
  readonly agreements: ReadonlyMap<string, string>
}

/** The kit's properties by name: the connector first, then what each test talks about. */
export function kitProperties(setup: KitSetup): ReadonlyMap<string, string> {
  const { kit, initiate, wait } = setup
  return new Map([
    ['dataspacetck.launcher', 'org.eclipse.dataspacetck.dsp.system.DspSystemLauncher'],
    ['dataspacetck.host', kit.host],
    ['dataspacetck.port', String(kit.port)],
    ['dataspacetck.callback.address', kit.url],
    ...(wait === undefined ? [] : [['dataspacetck.dsp.default.wait', String(wait)] as const]),
    ['dataspacetck.dsp.local.connector', 'false'],
    ['dataspacetck.dsp.connector.agent.id', setup.participantId],
    ['dataspacetck.dsp.connector.http.url', setup.protocolUrl],
    ['dataspacetck.dsp.connector.http.base.url', setup.baseUrl],
    ['dataspacetck.dsp.connector.negotiation.initiate.url', initiate.negotiation],
    ['dataspacetck.dsp.connector.transfer.initiate.url', initiate.transfer],
    ['dataspacetck.dsp.connector.http.headers.authorization', setup.authorization],
    ...testIds().flatMap(id => propertiesOfTest(id, setup)),
  ])
}

function propertiesOfTest(testId: string, { offers, agreements }: KitSetup): (readonly [string, string])[] {
  const key = testId.replace(/[:-]/g, '_')
  const subject = subjectOf(testId)
  if (testId.startsWith('MET')) return []
  if (testId.startsWith('TP'))
    return [
      [`${key}_AGREEMENTID`, agreements.get(subject) ?? subject],
      [`${key}_FORMAT`, KIT_FORMAT],
    ]
  const offer = testId.startsWith('CN:') ? offers.get(subject) : undefined
  return [[`${key}_DATASETID`, subject], ...(offer === undefined ? [] : [[`${key}_OFFERID`, offer] as const])]
}

/** The text of a Java properties file. */
export const propertiesText = (properties: ReadonlyMap<string, string>): string =>
  [...properties].map(([name, value]) => `${name}=${escaped(value)}\n`).join('')

/** The file is read as ISO 8859-1, a backslash escapes, blanks in front are dropped. */
const escaped = (value: string): string =>
  value
    .replace(/\\/g, '\\\\')
    .replace(/^ /, '\\ ')
    .replace(/[^\x20-\x7e]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
