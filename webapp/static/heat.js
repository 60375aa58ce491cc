// A profile's heatmap: what a short cell says in full, beside it; focus stays when it is sorted.
(() => {
  const EDGE = 4 // pixels
  const shown = document.createElement('div')
  shown.className = 'tip-shown'
  shown.hidden = true
  shown.ariaHidden = 'true' // the cell's own text is read out
  document.body.append(shown)
  const tipOf = event => event.target.closest?.('.heat a')?.querySelector('.tip')
  const hide = () => { shown.hidden = true }

  function show(event) {
    const tip = tipOf(event)
    if (!tip) return hide()
    shown.textContent = tip.textContent
    shown.hidden = false
    const cell = tip.closest('a').getBoundingClientRect()
    const { width, height } = shown.getBoundingClientRect()
    const above = cell.top - height - EDGE
    const left = Math.min(cell.left, document.documentElement.clientWidth - width - EDGE)
    shown.style.left = `${Math.max(EDGE, left)}px`
    shown.style.top = `${above < EDGE ? cell.bottom + EDGE : above}px`
  }

  for (const name of ['pointerover', 'focusin']) document.addEventListener(name, show)
  document.addEventListener('focusout', hide)
  document.addEventListener('scroll', hide, { capture: true, passive: true })
  document.addEventListener('keydown', event => { if (event.key === 'Escape') hide() })

  let focused = ''
  document.addEventListener('htmx:before:swap', () => { focused = document.activeElement?.id ?? '' })
  document.addEventListener('htmx:after:swap', () => {
    hide()
    if (focused && document.activeElement === document.body) {
      document.getElementById(focused)?.focus({ preventScroll: true })
    }
  })
})()
