// A review that is being written is kept in the browser until it is saved: a session that has ended, a
// lost connection or a closed page takes nothing of it. [data-kept] in its form names whose it is.
(() => {
  const LEAST = ['seen', 'csrfmiddlewaretoken'] // what a form has without a word of its person

  const name = told => `kept ${told.dataset.kept} ${new URL(told.closest('form').action).pathname}`
  const written = form => [...new FormData(form)].filter(([field]) => !LEAST.includes(field))

  function keep(event) {
    const form = event.target.closest?.('form')
    const told = form?.querySelector('[data-kept]')
    if (told) sessionStorage.setItem(name(told), JSON.stringify({ seen: form.elements.seen.value, written: written(form) }))
  }

  // Only over what was there when it was written: `seen` is another one once it was saved.
  function restore() {
    for (const told of document.querySelectorAll('[data-kept]:not([data-looked])')) {
      told.dataset.looked = ''
      const form = told.closest('form')
      const kept = JSON.parse(sessionStorage.getItem(name(told)))
      if (!kept) continue
      const isSame = JSON.stringify(kept.written) === JSON.stringify(written(form))
      if (kept.seen !== form.elements.seen.value || isSame) sessionStorage.removeItem(name(told))
      else fill(form, told, kept.written)
    }
  }

  function fill(form, told, fields) {
    for (const field of form.elements) {
      if (!field.name || LEAST.includes(field.name)) continue
      const values = fields.filter(([name]) => name === field.name).map(([, value]) => value)
      if (field.type === 'checkbox') field.checked = values.includes(field.value)
      else if (field.localName !== 'button') field.value = values[0] ?? ''
    }
    form.querySelector('[data-quote]').hidden = !form.elements.quote.value
    form.querySelector('[data-quote-text]').textContent = form.elements.quote.value
    form.closest('details')?.setAttribute('open', '')
    told.hidden = false
  }

  document.addEventListener('input', keep)
  document.addEventListener('change', keep)
  document.addEventListener('submit', keep, true)
  document.addEventListener('click', event => {
    if (!event.target.closest('[data-forget]')) return
    const told = event.target.closest('[data-kept]')
    sessionStorage.removeItem(name(told))
    location.reload()
  })
  document.addEventListener('DOMContentLoaded', restore)
  document.addEventListener('swapped', restore)
  document.addEventListener('htmx:after:swap', restore)
})()
