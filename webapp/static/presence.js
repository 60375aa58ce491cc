// Who else is at this answer, and that somebody has said something of it since it was opened.
(() => {
  const root = document.querySelector('[data-presence]')
  if (!root) return
  const [here, said, ended] = ['[data-here]', '[data-said]', '[data-ended]']
    .map(part => root.querySelector(part))

  function told(message) {
    if (message.here) {
      here.hidden = !message.here.length
      here.textContent = message.here.length ? `${message.here.join(', ')} ${message.here.length > 1 ? 'are' : 'is'} here too.` : ''
    }
    if (message.said) {
      said.hidden = false
      said.querySelector('span').textContent = `${message.said} has said something here.`
    }
  }

  listen(root.dataset.presence, location.href, {
    told,
    lost: () => told({ here: [] }),
    refused: () => { ended.hidden = false },
  })
})()
