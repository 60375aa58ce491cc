// The table of results: keys walk its questions, and on wide screens one opens beside it.
(() => {
  const WIDE = matchMedia('(min-width: 1200px)')
  const beside = document.querySelector('[data-beside]')
  const frame = beside.querySelector('[data-frame]')
  const pane = document.getElementById('pane')
  const links = [...beside.querySelectorAll('a[data-pane]')]
  const open = () => !frame.hidden
  let said = false // a review, whose answer is on its way into the pane

  function step(by) {
    const focused = links.indexOf(document.activeElement)
    const here = focused < 0 ? links.findIndex(link => link.ariaCurrent === 'true') : focused
    const link = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by]
    if (!link) return
    choose(link)
    link.focus()
    link.closest('tr').scrollIntoView({ block: 'nearest' })
    if (open() && WIDE.matches) visit(link)
  }

  // The address says which row is chosen; `history.state.shown`, whether it is open beside the table.
  function choose(link) {
    for (const other of links) other.ariaCurrent = other === link ? 'true' : null
    if (location.hash !== `#${link.id}`) history.replaceState({}, '', `#${link.id}`)
  }

  // Each question that is opened is a step of the browser's history: Back goes back one.
  function visit(link) {
    if (history.state?.shown !== link.id) history.pushState({ shown: link.id }, '', `#${link.id}`)
    choose(link)
    show(link)
  }

  function asTheHistorySays() {
    const link = links.find(link => link.id === history.state?.shown)
    if (link && WIDE.matches) {
      choose(link)
      link.focus()
      show(link)
    } else if (open()) hide()
  }

  // The newest choice counts: hx-sync of the pane ends a request that is still under way.
  function show(link) {
    said = false
    const address = new URL(link.href)
    address.searchParams.set('pane', '1')
    frame.hidden = false
    beside.classList.add('with-pane')
    pane.ariaBusy = 'true'
    htmx.ajax('GET', address.pathname + address.search, { source: pane, target: pane, swap: 'innerHTML' })
  }

  function close() {
    history.pushState({}, '', location.hash)
    hide()
  }

  function hide() {
    frame.hidden = true
    beside.classList.remove('with-pane')
    pane.replaceChildren()
    links.find(link => link.ariaCurrent === 'true')?.focus()
  }

  function fail() {
    said = false
    pane.ariaBusy = 'false'
    const link = links.find(link => link.ariaCurrent === 'true')
    const told = document.createElement('p')
    told.className = 'verdict-incorrect'
    told.textContent = 'This question could not be loaded. '
    const page = document.createElement('a')
    page.href = link.href
    page.textContent = 'Open its page'
    told.append(page)
    pane.replaceChildren(told)
  }

  document.addEventListener('click', event => {
    // A jump within the pane is no step of the history, which would show something else.
    const jump = event.target.closest('#pane a[href^="#"]')
    if (jump) {
      event.preventDefault()
      return document.getElementById(jump.hash.slice(1))?.focus()
    }
    const button = event.target.closest('[data-step]')
    if (button) return step(Number(button.dataset.step))
    if (event.target.closest('[data-close]')) return close()
    const link = event.target.closest('a[data-pane]')
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
    if (!link || !plain || !WIDE.matches) return
    event.preventDefault()
    visit(link)
  })

  addEventListener('popstate', asTheHistorySays)

  for (const name of ['htmx:response:error', 'htmx:error']) {
    pane.addEventListener(name, event => { if (event.target === pane) fail() })
  }
  // Whatever comes into the pane has its times and its mathematics set; what was said stays in focus.
  pane.addEventListener('submit', event => { said = event.target.action.includes('/review') })
  new MutationObserver(() => {
    pane.ariaBusy = 'false'
    const title = pane.querySelector('#reviews-title')
    if (said && title) {
      said = false
      title.focus()
    }
    pane.dispatchEvent(new CustomEvent('swapped', { bubbles: true }))
  }).observe(pane, { childList: true, subtree: true })

  // Back from a question's page, its row is the chosen one.
  const last = links.find(link => `#${link.id}` === location.hash)
  if (last) { choose(last); last.focus() }
  asTheHistorySays()
})()
