// Marks what is selected in a response: [data-mark] in a review's form keeps its words and its response.
(() => {
  let marked // { quoted, quote } of what was selected last

  document.addEventListener('selectionchange', () => {
    const selection = document.getSelection()
    const quote = selection.toString().trim()
    if (!quote) return
    const of = node => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest('[data-generation]')
    const response = of(selection.anchorNode)
    marked = response && response === of(selection.focusNode)
      ? { quoted: response.dataset.generation, quote } : undefined
  })

  function show(form, { quoted, quote }) {
    form.elements.quoted.value = quoted
    form.elements.quote.value = quote
    form.querySelector('[data-quote]').hidden = !quote
    form.querySelector('[data-quote-text]').textContent = quote
  }

  document.addEventListener('click', event => {
    const button = event.target.closest('[data-mark], [data-unmark]')
    if (!button) return
    const form = button.closest('form')
    if (button.matches('[data-unmark]')) return show(form, { quoted: '', quote: '' })
    const told = form.querySelector('[data-mark-told]')
    told.textContent = marked ? '' : 'Select words of a response first.'
    if (marked) show(form, { ...marked, quote: marked.quote.slice(0, 2000) })
  })
})()
