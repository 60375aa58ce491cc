// Sets the TeX that the server left as escaped text in <code class="tex">.
(() => {
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
      code.replaceWith(set)
    }
  }

  document.addEventListener('DOMContentLoaded', () => setTex(document))
  document.addEventListener('swapped', event => setTex(event.target))
})()
