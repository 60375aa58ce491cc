// Draws the figure that the server computes at the address in data-figure, themed to the page.
(() => {
  const NARROW = 480 // pixels
  const SHORT = 16 // characters
  const BESIDE_VERDICTS = 11 // of names in the middle of a narrow Sankey
  const OF_VERDICTS = 90 // pixels that their names take there
  const OF_LETTER = 6.2 // pixels, on average
  const config = {
    displaylogo: false, responsive: true, showSendToCloud: false, plotlyServerURL: '',
    modeBarButtonsToRemove: ['select2d', 'lasso2d'],
  }

  function theme(layout) {
    const style = getComputedStyle(document.body)
    const line = style.getPropertyValue('--bs-border-color').trim()
    const axes = ['xaxis', 'yaxis'].filter(name => layout[name])
    return {
      ...layout,
      ...Object.fromEntries(axes.map(
        name => [name, { gridcolor: line, zerolinecolor: line, ...layout[name] }])),
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: style.fontFamily, size: innerWidth < NARROW ? 10 : 12, color: style.color },
    }
  }

  function draw(element) {
    const figure = element.figure
    if (!figure) return
    const empty = !figure.data.length
    element.closest('section').querySelector('[data-empty]').hidden = !empty
    element.hidden = empty
    if (empty) return
    // Labels lie on links of any colour: in the dark Plotly's white halo would blur them.
    // Told of new figures, a Sankey fades out and in again; drawn anew it does not.
    const isSankey = figure.data[0].type === 'sankey'
    const { data, layout } = fitted(figure, element.clientWidth)
    if (isSankey) element.follows = false // newPlot forgets who listens
    Plotly[isSankey ? 'newPlot' : 'react'](element, data, theme(layout), config)
    follow(element)
    fillTable(element.closest('section').querySelector('tbody'), figure.table)
  }

  // Names are cut where they would meet others, or leave a narrow figure no room.
  function fitted(figure, width) {
    const cut = most => text => text.length > most // not within an &amp;
      ? `${text.slice(0, most - 1).replace(/&[a-z]*$/, '')}…` : text
    const isNarrow = width < NARROW
    const inFlow = cut(isNarrow ? BESIDE_VERDICTS : Math.floor((width / 2 - OF_VERDICTS) / OF_LETTER))
    const data = figure.data.map(trace => trace.type === 'sankey'
      ? { ...trace, node: { ...trace.node, label: trace.node.label.map(inFlow) } } : trace)
    const { yaxis } = figure.layout
    const ticktext = isNarrow && yaxis?.ticktext?.map(cut(SHORT))
    const named = ticktext ? { yaxis: { ...yaxis, ticktext } } : {}
    return { data, layout: { ...figure.layout, ...named } }
  }

  // A point whose customdata is an address of this product opens it.
  function follow(element) {
    if (element.follows) return
    element.follows = true
    element.on('plotly_click', event => {
      const address = event.points[0]?.customdata
      if (typeof address === 'string' && /^\/(?!\/)/.test(address)) location.assign(address)
    })
  }

  // The same figures as a table, for whoever cannot see the chart. A cell is a text, a link:
  // {text, href}, or a time: {text, time}.
  function fillTable(body, rows) {
    body?.replaceChildren(...rows.map(cells => {
      const row = document.createElement('tr')
      for (const cell of cells) fillCell(row.insertCell(), cell)
      return row
    }))
    body?.dispatchEvent(new CustomEvent('swapped', { bubbles: true }))
  }

  function fillCell(cell, value) {
    if (typeof value !== 'object') return cell.append(value)
    const part = document.createElement(value.href ? 'a' : 'time')
    if (value.href) part.href = value.href
    else part.dateTime = value.time
    part.textContent = value.text
    return cell.append(part)
  }

  // Plotly shows times as they are written, so they are written in the reader's zone.
  function localise(figure) {
    const axis = figure.layout.xaxis
    if (axis?.type !== 'date') return figure
    const timeZone = document.documentElement.dataset.timeZone || undefined
    const here = time => new Date(time).toLocaleString('sv', { timeZone })  // as ISO writes it
    for (const trace of figure.data) trace.x = trace.x.map(here)
    axis.range = axis.range?.map(here)
    return figure
  }

  async function refresh(element) {
    const answer = await fetch(element.dataset.figure, { headers: { Accept: 'application/json' } })
    if (answer.redirected) return location.reload() // signed out meanwhile
    if (!answer.ok) throw new Error(`figure: ${answer.status}`)
    element.figure = localise(await answer.json())
    draw(element)
  }

  const all = () => document.querySelectorAll('[data-figure]')
  window.charts = { refresh: () => Promise.all([...all()].map(refresh)) }
  document.addEventListener('DOMContentLoaded', () => window.charts.refresh().catch(console.warn))
  // What a page is given later has its charts drawn then.
  document.addEventListener('htmx:after:swap', () => {
    for (const one of all()) if (!one.figure) refresh(one).catch(console.warn)
  })
  document.addEventListener('themechange', () => all().forEach(draw))
})()
