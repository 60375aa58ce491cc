// Light, dark or as the system has it; applied before the page is painted. Kept with the person, and
// for who has not signed in, in localStorage.
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const root = document.documentElement
  const ofBrowser = () => { try { return localStorage.getItem('theme') } catch { return null } }
  const ofSystem = () => system.matches ? 'dark' : 'light'

  function apply() {
    const chosen = root.dataset.theme || ofBrowser()
    const theme = ['dark', 'light'].includes(chosen) ? chosen : ofSystem()
    root.dataset.bsTheme = theme
    document.dispatchEvent(new CustomEvent('themechange'))
    const button = document.getElementById('theme')
    if (button) button.setAttribute('aria-pressed', String(theme === 'dark'))
  }

  function keep(theme) {
    try {
      localStorage.setItem('theme', theme)
    } catch { /* private windows: for this page only */ }
    if (root.dataset.theme === undefined) return
    root.dataset.theme = theme
    const body = new FormData(document.querySelector('header form'))  // with its token
    body.set('theme', theme)
    fetch(root.dataset.display, { method: 'POST', body, redirect: 'manual' }).catch(() => {})
  }

  apply()
  system.addEventListener('change', apply)
  document.addEventListener('DOMContentLoaded', () => {
    document.getElementById('theme')?.addEventListener('click', () => {
      const next = root.dataset.bsTheme === 'dark' ? 'light' : 'dark'
      keep(next === ofSystem() ? 'system' : next)
      apply()
      root.dataset.bsTheme = next
    })
    apply()
  })
})()
