/** How the page looks: light or dark as the reader has it, narrow or wide, and on paper. */
export const style = `
:root { color-scheme: light dark; --text: light-dark(#1b2026, #e3e7ec); --soft: light-dark(#55606c, #9da8b4); --page: light-dark(#fff, #14181d);
  --shade: light-dark(#f3f5f7, #1d232a); --line: light-dark(#d6dce2, #333c46); --link: light-dark(#0b57a4, #7db8f5);
  --get: light-dark(#0b6b3a, #6fd39b); --post: light-dark(#0b57a4, #7db8f5); --put: light-dark(#8a5200, #e9b566); --delete: light-dark(#a3211f, #f2928f); }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; color: var(--text); background: var(--page); font: 1rem/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 21rem minmax(0, 1fr); }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, button:focus-visible, input:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code { font: 0.9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.skip { position: absolute; left: -99rem; background: var(--page); padding: 0.5rem 1rem; z-index: 1; }
.skip:focus { left: 0.5rem; top: 0.5rem; }
#contents { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem; border-right: 1px solid var(--line); background: var(--shade); }
#contents h2 { margin: 0 0 0.75rem; padding: 0; border: 0; font-size: 1.1rem; }
#contents ul { list-style: none; margin: 0 0 0.5rem; padding: 0 0 0 1rem; }
#contents li { margin: 0.35rem 0; font-size: 0.875rem; line-height: 1.35; }
#contents li a { text-decoration: none; }
#contents li a:hover { text-decoration: underline; }
#contents li b { display: inline-block; min-width: 3.6em; font: bold 0.75rem ui-monospace, monospace; }
summary { cursor: pointer; padding: 0.2rem 0; }
#search { width: 100%; font: inherit; padding: 0.4rem 0.6rem; color: inherit; background: var(--page); border: 1px solid var(--soft); border-radius: 0.3rem; }
#found { min-height: 1.5em; margin: 0.25rem 0; font-size: 0.875rem; color: var(--soft); }
[hidden] { display: none !important; }
main { padding: 1.5rem 2.5rem 4rem; max-width: 62rem; min-width: 0; }
h1 { margin: 0 0 1rem; }
h1 small { font-size: 0.5em; }
h1 small, .note { color: var(--soft); font-weight: normal; }
.note { font-size: 0.85em; }
h2 { margin: 3rem 0 0.5rem; padding-top: 1rem; border-top: 2px solid var(--line); }
h3 { margin: 0 0 0.4rem; font-size: 1.15rem; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
h4 { margin: 1.2rem 0 0.4rem; font-size: 1rem; }
p { margin: 0.4rem 0; }
.operation, .schema { margin: 1.25rem 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 0.5rem; }
.operation:target, .schema:target { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
.line { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; }
.method { font: bold 0.9rem ui-monospace, monospace; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .delete { color: var(--delete); }
.path { font-size: 0.95rem; }
.role { font-size: 0.85rem; color: var(--soft); }
.properties { margin: 0.4rem 0; border-left: 2px solid var(--line); padding-left: 0.9rem; }
.properties dt { margin-top: 0.5rem; }
.properties dd { margin: 0 0 0.4rem; font-size: 0.925rem; }
.properties dd p { margin: 0.1rem 0; }
.type { color: var(--soft); }
.required { font-size: 0.75rem; color: var(--delete); }
.choice + .choice { margin-top: 0.6rem; border-top: 1px dashed var(--line); }
.refusals { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; list-style: none; margin: 0.5rem 0; padding: 0; font-size: 0.875rem; }
.status { font-family: ui-monospace, monospace; }
.caption { margin-top: 0.8rem; font-weight: 600; font-size: 0.9rem; }
pre { margin: 0.4rem 0; padding: 0.8rem 1rem; background: var(--shade); border-radius: 0.4rem; overflow-x: auto; }
pre code { overflow-wrap: normal; }
.sample { position: relative; }
.sample button { position: absolute; top: 0.4rem; right: 0.4rem; font: 0.8rem system-ui, sans-serif; padding: 0.15rem 0.6rem; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 0.3rem; cursor: pointer; }
@media (max-width: 60rem) {
  body { display: block; }
  #contents { position: static; height: auto; max-height: 45vh; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 1rem; }
  .operation, .schema { padding: 0.8rem; }
}
@media print {
  :root { color-scheme: light; }
  body { display: block; font-size: 0.8rem; }
  #contents, .sample button, .skip { display: none; }
  main { max-width: none; padding: 0; }
  .operation, .schema { border: 0; border-top: 1px solid #999; border-radius: 0; padding: 0.5rem 0; }
  h2, h3, h4, .line { break-after: avoid; }
  pre { white-space: pre-wrap; border: 1px solid #bbb; }
  a { color: inherit; }
}
`
