// Small things that every page has: times in the reader's zone, checks that fill a form.
(() => {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

  function localise(root) {
    for (const time of root.querySelectorAll('time[datetime]:not([title])')) {
      const date = new Date(time.dateTime)
      time.title = time.textContent
      time.textContent = (time.dataset.clock !== undefined ? clock : format).format(date)
    }
  }

  document.addEventListener('DOMContentLoaded', () => localise(document))
  document.addEventListener('swapped', event => localise(event.target))
  document.addEventListener('htmx:after:swap', event => localise(event.target))

  // <select data-submit>: a filter applies when it is chosen; without scripts its button does.
  document.addEventListener('change', event => {
    if (event.target.matches('[data-submit]')) event.target.form.requestSubmit()
  })
})()
