// Draws the figure that the server computes at the address in data-figure, themed to the page.
(() => {
  const config = {
    displaylogo: false, responsive: true, showSendToCloud: false, plotlyServerURL: '',
    modeBarButtonsToRemove: ['select2d', 'lasso2d'],
  }

  function theme(layout) {
    const style = getComputedStyle(document.body)
    return {
      ...layout,
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: style.fontFamily, size: 12, color: style.color },
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
    Plotly.react(element, figure.data, theme(figure.layout), config)
    follow(element)
    fillTable(element.closest('section').querySelector('tbody'), figure.table)
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

  // The same figures as a table, for whoever cannot see the chart. A cell is a text, or a link:
  // {text, href}.
  function fillTable(body, rows) {
    body?.replaceChildren(...rows.map(cells => {
      const row = document.createElement('tr')
      for (const cell of cells) fillCell(row.insertCell(), cell)
      return row
    }))
  }

  function fillCell(cell, value) {
    if (typeof value !== 'object') return cell.append(value)
    const link = document.createElement('a')
    link.href = value.href
    link.textContent = value.text
    return cell.append(link)
  }

  async function refresh(element) {
    const answer = await fetch(element.dataset.figure, { headers: { Accept: 'application/json' } })
    if (!answer.ok) throw new Error(`figure: ${answer.status}`)
    element.figure = await answer.json()
    draw(element)
  }

  const all = () => document.querySelectorAll('[data-figure]')
  window.charts = { refresh: () => Promise.all([...all()].map(refresh)) }
  document.addEventListener('DOMContentLoaded', () => window.charts.refresh().catch(console.warn))
  document.addEventListener('themechange', () => all().forEach(draw))
})()
