// Marks in what experts wrote the words that the address asks for.
(() => {
  const LETTERS = /[\p{L}\p{N}]+/gu
  const asked = new URLSearchParams(location.search).get('words') ?? ''
  const words = new Set((asked.replaceAll(/\bOR\b/g, ' ').toLowerCase().match(LETTERS)) ?? [])
  if (!words.size || !CSS.highlights) return

  function mark() {
    const found = new Highlight()
    for (const text of document.querySelectorAll('article.response .rendered, article.response pre')) {
      const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT)
      while (walker.nextNode()) {
        for (const word of walker.currentNode.data.matchAll(LETTERS)) {
          if (!words.has(word[0].toLowerCase())) continue
          const range = new Range()
          range.setStart(walker.currentNode, word.index)
          range.setEnd(walker.currentNode, word.index + word[0].length)
          found.add(range)
        }
      }
    }
    CSS.highlights.set('asked', found)
  }

  document.addEventListener('DOMContentLoaded', mark)
  document.addEventListener('swapped', mark)
  document.addEventListener('htmx:after:swap', mark)
})()
