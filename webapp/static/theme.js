// Light, dark or as the system has it; applied before the page is painted, kept in localStorage.
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const chosen = () => { try { return localStorage.getItem('theme') } catch { return null } }

  function apply() {
    const theme = chosen() ?? (system.matches ? 'dark' : 'light')
    document.documentElement.dataset.bsTheme = theme
    document.dispatchEvent(new CustomEvent('themechange'))
    const button = document.getElementById('theme')
    if (button) button.setAttribute('aria-pressed', String(theme === 'dark'))
  }

  apply()
  system.addEventListener('change', apply)
  document.addEventListener('DOMContentLoaded', () => {
    document.getElementById('theme')?.addEventListener('click', () => {
      const next = document.documentElement.dataset.bsTheme === 'dark' ? 'light' : 'dark'
      try {
        if ((next === 'dark') === system.matches) localStorage.removeItem('theme')
        else localStorage.setItem('theme', next)
      } catch { /* private windows: for this page only */ }
      apply()
      document.documentElement.dataset.bsTheme = next
    })
    apply()
  })
})()
