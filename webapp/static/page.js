// Small things that every page has: times in the reader's zone, forms that filter, lost connections.
(() => {
  // The one that the reader chose, else the browser's.
  const timeZone = document.documentElement.dataset.timeZone || undefined
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone })
  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', timeZone })

  function localise(root) {
    for (const time of root.querySelectorAll('time[datetime]:not([title])')) {
      const date = new Date(time.dateTime)
      time.title = time.textContent
      time.textContent = (time.dataset.clock !== undefined ? clock : format).format(date)
    }
  }

  document.addEventListener('DOMContentLoaded', () => localise(document))
  document.addEventListener('swapped', event => localise(event.target))
  document.addEventListener('htmx:after:swap', () => localise(document))

  // <select data-submit>: a filter applies when it is chosen with the mouse. Arrow keys pass over the
  // choices between: there, Enter or the form's button applies it, as without scripts.
  let byKey = false
  document.addEventListener('pointerdown', () => { byKey = false }, true)
  document.addEventListener('keydown', event => {
    byKey = true
    if (event.key !== 'Enter' || event.repeat || event.isComposing) return
    if (event.target.matches('select[data-submit]')) event.target.form.requestSubmit()
    // <input data-enter="id">: Enter clicks this button, not the form's first.
    const button = document.getElementById(event.target.dataset?.enter ?? '')
    if (!button) return
    event.preventDefault()
    button.click()
  }, true)
  document.addEventListener('change', event => {
    if (!byKey && event.target.matches('[data-submit]')) event.target.form.requestSubmit()
  })

  // <tr data-row>: all of it is the link of its number, but for what in it does something else, and
  // for selecting words.
  document.addEventListener('click', event => {
    const link = event.target.closest('tr[data-row]')?.querySelector('.number a')
    if (!link || event.target.closest('a, button, summary, label, input, select')) return
    if (!document.getSelection().isCollapsed) return
    if (event.ctrlKey || event.metaKey) window.open(link.href)
    else link.click()
  })

  // An address names only what was asked for.
  document.addEventListener('formdata', event => {
    // A field may be called method, too.
    if ((event.target.getAttribute('method') ?? 'get').toLowerCase() !== 'get') return
    for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name)
  })

  // Parts of a page that are asked for again and again say so when nobody answers.
  const lost = () => document.getElementById('connection-lost')
  document.addEventListener('htmx:error', () => { if (lost()) lost().hidden = false })
  document.addEventListener('htmx:after:request', event => {
    if (lost() && event.detail?.ctx?.response) lost().hidden = true
  })
})()
