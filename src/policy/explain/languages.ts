import { english } from './english.ts'
import { french } from './french.ts'
import type { Language, LanguageTag } from './language.ts'

/** Every language there is. One more is one more file, and a row here. */
export const languages: Readonly<Record<LanguageTag, Language>> = { en: english, fr: french }
