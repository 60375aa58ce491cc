// Sets the TeX that the server left as escaped text in <code class="tex">.
(() => {
  // Characters that turn the reading direction or hide text, as \char may make them.
  const UNSEEN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e0fff}]/u
  const AT_ONCE = 50 // milliseconds, until whoever reads gets their turn
  const MOST = 3000 // milliseconds: what is left then stays as it was written
  const LARGEST = 3000 // elements of one formula: the browser has to lay them out

  async function setTex(root) {
    const errorColor = getComputedStyle(document.body).getPropertyValue('--incorrect').trim()
    let spent = 0
    let began = performance.now()
    for (const code of root.querySelectorAll('code.tex')) {
      const now = performance.now() - began
      if (spent + now > MOST) return
      if (now > AT_ONCE) {
        spent += now
        await new Promise(resolve => { setTimeout(resolve) })
        began = performance.now()
      }
      if (code.isConnected) set(code, errorColor)
    }
  }

  function set(code, errorColor) {
    const shown = document.createElement('span')
    try {
      katex.render(code.textContent, shown, {
        displayMode: code.classList.contains('tex-display'),
        trust: false, throwOnError: false, strict: 'ignore', errorColor, maxSize: 20, maxExpand: 200,
      })
    } catch {
      return // stays readable as it was written
    }
    const isLarge = shown.getElementsByTagName('*').length > LARGEST
    if (!isLarge && !UNSEEN.test(shown.textContent)) code.replaceWith(shown)
  }

  document.addEventListener('DOMContentLoaded', () => setTex(document))
  document.addEventListener('swapped', event => setTex(event.target))
  document.addEventListener('htmx:after:swap', () => setTex(document))
})()
