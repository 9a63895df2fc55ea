/** Text that is HTML, and safe to stand in a page. Only `html` and `trusted` make it. */
export interface Html {
  readonly html: string
}

type Part = Html | string | number | false | undefined | readonly Part[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it stands in HTML, between tags or in the quotes of an attribute. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, character => entities[character] ?? '')

/** HTML with values in it. Text is escaped, whatever it says; only what was made here goes in as it is. Nothing comes of false and undefined. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: strings.map((string, n) => (n === 0 ? string : told(parts[n - 1]) + string)).join(''),
})

/** Words of ours that are to stand as they are: a style sheet, a script. */
export const trusted = (text: string): Html => ({ html: text })

function told(part: Part): string {
  if (part === undefined || part === false) return ''
  if (Array.isArray(part)) return part.map(told).join('')
  return isHtml(part) ? part.html : escaped(String(part))
}

const isHtml = (part: Part): part is Html => typeof part === 'object' && 'html' in part
