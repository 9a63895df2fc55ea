/**
 * What makes reading easier, and is not needed for it: the search in the table of contents, buttons that copy, and everything unfolded
 * on paper. It asks for nothing, and keeps nothing.
 */
export const script = `'use strict'
const search = document.getElementById('search')
const found = document.getElementById('found')
const groups = [...document.querySelectorAll('#contents details')]
const wasOpen = new Map()
document.getElementById('searching').hidden = false
const look = () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
  let count = 0
  for (const group of groups) {
    let any = false
    for (const item of group.querySelectorAll('li')) {
      const text = (item.textContent + ' ' + item.dataset.find).toLowerCase()
      item.hidden = !words.every(word => text.includes(word))
      if (!item.hidden) { any = true; count++ }
    }
    group.hidden = !any
    if (words.length > 0) group.open = any
    else group.open = false
  }
  found.textContent = words.length > 0 ? count + (count === 1 ? ' operation' : ' operations') : ''
}
search.addEventListener('input', look)
document.addEventListener('keydown', event => {
  if (event.key === '/' && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); search.focus() }
  if (event.key === 'Escape' && document.activeElement === search) { search.value = ''; look() }
})
if (navigator.clipboard) for (const sample of document.querySelectorAll('pre')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'Copy'
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(sample.querySelector('code').textContent)
    button.textContent = 'Copied'
    setTimeout(() => { button.textContent = 'Copy' }, 2000)
  })
  const holder = document.createElement('div')
  holder.className = 'sample'
  sample.replaceWith(holder)
  holder.append(sample, button)
}
addEventListener('beforeprint', () => { for (const each of document.querySelectorAll('main details:not([open])')) { wasOpen.set(each, true); each.open = true } })
addEventListener('afterprint', () => { for (const each of wasOpen.keys()) each.open = false; wasOpen.clear() })
`
