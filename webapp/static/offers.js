// A new run: settings are folded while a preset is chosen; whoever changes one of them has left it. What somebody has
// chosen stays when the presets are fetched again.
(() => {
  const settings = () => document.getElementById('own-settings')
  const own = () => document.getElementById('offer-own')

  document.addEventListener('change', ({ target }) => {
    if (target.name === 'offer') settings().open = own().checked
    else if (own() && settings().contains(target)) own().checked = true
    else return
    document.querySelector('#offers [name=preselected]')?.remove()
  })
  document.addEventListener('htmx:after:swap', () => {
    const offers = document.getElementById('offers')
    if (offers?.hasAttribute('data-own')) settings().open = true
  })
})()
