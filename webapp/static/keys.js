// Keys: <a data-key="j"> or <button data-key="j"> is clicked by that key; ? lists those of the page.
(() => {
  const writing = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]'
  const shown = element => element.getClientRects().length > 0

  function all() {
    const found = new Map()
    for (const element of document.querySelectorAll('[data-key]')) {
      if (shown(element) && !found.has(element.dataset.key)) found.set(element.dataset.key, element)
    }
    return found
  }

  function list() {
    const dialog = document.createElement('dialog')
    dialog.className = 'keys'
    dialog.setAttribute('aria-label', 'Keys of this page')
    const facts = document.createElement('dl')
    facts.className = 'facts'
    for (const [key, element] of [...all()].sort()) add(facts, key, element.dataset.keyTitle ?? element.textContent.trim())
    add(facts, '?', 'this list')
    add(facts, 'Esc', 'close it; leave a field')
    dialog.append(facts)
    dialog.addEventListener('close', () => dialog.remove())
    document.body.append(dialog)
    dialog.showModal()
  }

  function add(facts, key, title) {
    const name = document.createElement('kbd')
    name.textContent = key
    const term = document.createElement('dt')
    term.append(name)
    const told = document.createElement('dd')
    told.textContent = title
    facts.append(term, told)
  }

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const field = event.target.closest(writing)
    if (field && event.key === 'Escape') field.blur()
    if (field) return
    if (document.querySelector('dialog[open]')) return
    // Enter belongs to what has the focus, where that does something by it.
    if (event.key === 'Enter' && event.target.closest('a, button, summary, select')) return
    const element = all().get(event.key)
    if (event.key === '?') list()
    else if (element) element.click()
    else return
    event.preventDefault()
  })

  document.addEventListener('DOMContentLoaded', () => {
    document.getElementById('keys')?.addEventListener('click', list)
  })
})()
