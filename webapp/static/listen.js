// Listens at a socket of the product, and connects again when it is cut.
//
// A browser is not told why a socket was refused before it was opened. So the server is asked for
// `address`, which is to be seen by the same people: whoever is signed out, or may not see it any
// more, does not try again.
window.listen = (path, address, { opened, told, lost, refused }) => {
  const LONGEST_WAIT = 15000 // ms between two attempts to connect
  const FORBIDDEN = 4403
  let attempts = 0

  async function isRefused() {
    const asked = { method: 'HEAD', redirect: 'manual', headers: { 'X-Live': '1' } }
    const answer = await fetch(address, asked).catch(() => null)
    return answer?.type === 'opaqueredirect' || [403, 404].includes(answer?.status)
  }

  function connect() {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${location.host}${path}`)
    let wasOpen = false
    socket.onopen = () => { wasOpen = true; attempts = 0; opened?.() }
    socket.onmessage = event => told(JSON.parse(event.data))
    socket.onclose = async event => {
      lost()
      if (event.code === FORBIDDEN || (!wasOpen && await isRefused())) return refused()
      const wait = Math.min(LONGEST_WAIT, 500 * 2 ** attempts++) * (0.5 + Math.random() / 2)
      setTimeout(connect, wait)
    }
  }

  connect()
}
