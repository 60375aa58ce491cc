// Sets the TeX that the server left as escaped text in <code class="tex">.
(() => {
  // Characters that turn the reading direction or hide text, as \char may make them.
  const UNSEEN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e0fff}]/u

  function setTex(root) {
    const errorColor = getComputedStyle(document.body).getPropertyValue('--incorrect').trim()
    for (const code of root.querySelectorAll('code.tex')) {
      const set = document.createElement('span')
      try {
        katex.render(code.textContent, set, {
          displayMode: code.classList.contains('tex-display'),
          trust: false, throwOnError: false, strict: 'ignore', errorColor, maxSize: 20, maxExpand: 200,
        })
      } catch {
        continue // stays readable as it was written
      }
      if (!UNSEEN.test(set.textContent)) code.replaceWith(set) // else it stays as it was written
    }
  }

  document.addEventListener('DOMContentLoaded', () => setTex(document))
  document.addEventListener('swapped', event => setTex(event.target))
  document.addEventListener('htmx:after:swap', () => setTex(document))
})()
