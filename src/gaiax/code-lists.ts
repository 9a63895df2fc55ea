import { isCountryCode } from '../policy/index.ts'
import { GX, prefixes } from './vocabulary.ts'

/** Regions of the level NUTS-2 (Eurostat, 2021), by country; ZZ is what lies outside of all. */
const regions = `
  AT 11 12 13 21 22 31 32 33 34 ZZ
  BE 10 21 22 23 24 25 31 32 33 34 35 ZZ
  BG 31 32 33 34 41 42 ZZ
  CY 00 ZZ
  CZ 01 02 03 04 05 06 07 08 ZZ
  DE 11 12 13 14 21 22 23 24 25 26 27 30 40 50 60 71 72 73 80 91 92 93 94 A1 A2 A3 A4 A5 B1 B2 B3 C0 D2 D4 D5 E0 F0 G0 ZZ
  DK 01 02 03 04 05 ZZ
  EE 00 ZZ
  EL 30 41 42 43 51 52 53 54 61 62 63 64 65 ZZ
  ES 11 12 13 21 22 23 24 30 41 42 43 51 52 53 61 62 63 64 70 ZZ
  FI 19 1B 1C 1D 20 ZZ
  FR 10 B0 C1 C2 D1 D2 E1 E2 F1 F2 F3 G0 H0 I1 I2 I3 J1 J2 K1 K2 L0 M0 Y1 Y2 Y3 Y4 Y5 ZZ
  HR 02 03 05 06 ZZ
  HU 11 12 21 22 23 31 32 33 ZZ
  IE 04 05 06 ZZ
  IT C1 C2 C3 C4 F1 F2 F3 F4 F5 F6 G1 G2 H1 H2 H3 H4 H5 I1 I2 I3 I4 ZZ
  LT 01 02 ZZ
  LU 00 ZZ
  LV 00 ZZ
  MT 00 ZZ
  NL 11 12 13 21 22 23 32 34 35 36 41 42 ZZ
  PL 21 22 41 42 43 51 52 61 62 63 71 72 81 82 84 91 92 ZZ
  PT 11 15 19 1A 1B 1C 1D 20 30 ZZ
  RO 11 12 21 22 31 32 41 42 ZZ
  SE 11 12 21 22 23 31 32 33 ZZ
  SI 03 04 ZZ
  SK 01 02 03 04 ZZ`

const nuts2 = new Set(
  regions
    .trim()
    .split('\n')
    .flatMap(line => {
      const [country = '', ...codes] = line.trim().split(' ')
      return codes.map(code => country + code)
    }),
)

/** A property whose values are codes of a list too long for a shape. */
interface CodeList {
  readonly fits: (code: string) => boolean
  /** What is allowed, as it stands behind "must be". */
  readonly allowed: string
}

const country: CodeList = { fits: isCountryCode, allowed: 'an ISO 3166-1 code, such as FR, FRA or 250' }
const mediaType: CodeList = {
  fits: code => /^[a-z]+\/[\w.+-]+$/i.test(code),
  allowed: 'a media type, such as application/json',
}

/** The code lists, by the property's IRI. */
export const codeLists: Readonly<Record<string, CodeList>> = {
  [`${GX}countryCode`]: country,
  [`${GX}governingLawCountries`]: country,
  [`${GX}formatType`]: mediaType,
  [`${GX}mimeTypes`]: mediaType,
  [`${GX}subdivisionCountryCode`]: {
    fits: code => /^[A-Z]{2}-[A-Z\d]{1,3}$/.test(code),
    allowed: 'an ISO 3166-2 code, such as FR-75',
  },
  [`${prefixes.vcard}region`]: { fits: code => nuts2.has(code), allowed: 'a NUTS-2 region, such as FR10' },
}
