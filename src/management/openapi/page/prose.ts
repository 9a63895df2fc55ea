import { type Html, html } from './html.ts'

/** What descriptions have of Markdown: paragraphs, and words in backticks. */
export const prose = (text: string | undefined): readonly Html[] =>
  (text ?? '').split(/\n{2,}/).flatMap(paragraph => (paragraph.trim() ? [html`<p>${inline(paragraph)}</p>`] : []))

/** A sentence with words in backticks. */
export const inline = (text: string): readonly Html[] =>
  text.split(/`([^`]+)`/).map((part, n) => (n % 2 ? html`<code>${part}</code>` : html`${part}`))
