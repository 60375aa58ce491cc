// Who else is at this answer, and that somebody has said something of it since it was opened.
(() => {
  const root = document.querySelector('[data-presence]')
  if (!root) return
  const LONGEST_WAIT = 15000 // ms between two attempts to connect
  const [here, said] = ['[data-here]', '[data-said]'].map(part => root.querySelector(part))
  let attempts = 0

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

  function connect() {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${location.host}${root.dataset.presence}`)
    socket.onopen = () => { attempts = 0 }
    socket.onmessage = event => told(JSON.parse(event.data))
    socket.onclose = event => {
      told({ here: [] })
      if (event.code === 4403) return
      const wait = Math.min(LONGEST_WAIT, 500 * 2 ** attempts++) * (0.5 + Math.random() / 2)
      setTimeout(connect, wait)
    }
  }

  connect()
})()
