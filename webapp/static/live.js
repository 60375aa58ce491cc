// Keeps a run's page in step with the run, without reloading it.
//
// The socket only says how far the run has moved; what is shown comes from the server as the same
// HTML that a reload would bring. Each part is fetched at most once a second (that of a try, which is
// watched as it is written, twice), and the last notice is never lost. Should the socket be cut, the clock still asks every 15 s.
(() => {
  const root = document.querySelector('[data-live]')
  if (!root) return
  const state = document.getElementById('connection')
  const AT_MOST_EVERY = Number(root.dataset.pace ?? 1000) // ms between two fetches of one part
  const CLOCK = 15000 // ms

  let seen = Number(root.dataset.seq)
  let over = false
  let isOpen = false

  // Calls `work` now or as soon as it may; calls in between become one more at the end.
  function paced(work) {
    let wanted = false
    let busy = false
    async function run() {
      busy = true
      while (wanted) {
        wanted = false
        const started = performance.now()
        try { await work() } catch (error) { console.warn(error) }
        // A slow answer means a busy server: rest at least as long as it took, three times over.
        const rest = Math.max(AT_MOST_EVERY, 3 * (performance.now() - started))
        await new Promise(resume => setTimeout(resume, rest))
      }
      busy = false
    }
    return () => { wanted = true; if (!busy) run() }
  }

  async function fetchParts() {
    const answer = await fetch(root.dataset.live, { headers: { 'X-Live': '1' } }).catch(error => {
      if (!over) show('cut', 'Connection lost: trying again')
      throw error
    })
    if (!over && isOpen) show('live', 'Live')
    if (answer.redirected || answer.status === 403 || answer.status === 404) return location.reload()
    if (!answer.ok) throw new Error(`live: ${answer.status}`)
    const holder = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const parts = holder.querySelector('[data-seq]')
    for (const fresh of [...parts.children]) swap(document.getElementById(fresh.id), fresh)
    seen = Math.max(seen, Number(parts.dataset.seq))
    over = parts.dataset.over === '1'
    if (over) show('ended', 'This run has ended')
  }

  function swap(old, fresh) {
    if (!old || old.source === fresh.innerHTML || grow(old, fresh)) return
    const focused = whereIn(old, document.activeElement)
    const open = [...old.querySelectorAll('details[open][id]')].map(details => details.id)
    old.source = fresh.innerHTML
    old.replaceChildren(...document.adoptNode(fresh).childNodes)
    for (const id of open) document.getElementById(id)?.setAttribute('open', '')
    focused?.(old)?.focus({ preventScroll: true })
    old.dispatchEvent(new CustomEvent('swapped', { bubbles: true }))
  }

  // A text that is being written: what is new is added, so that what was selected in it stays so.
  function grow(old, fresh) {
    const [before, after] = [old, fresh].map(part => part.querySelector('[data-grows]'))
    if (!before || !after?.textContent.startsWith(before.textContent)) return false
    before.append(after.textContent.slice(before.textContent.length))
    before.normalize()
    return true
  }

  // Finds what stands for an element after a part was swapped: by its id, else the link to the same
  // place, else what stands in its place and says the same.
  function whereIn(part, element) {
    if (!part.contains(element)) return null
    const all = root => [...root.querySelectorAll('a, button, summary, input, select, [tabindex]')]
    const place = all(part).indexOf(element)
    const { id, href, tagName, textContent } = element
    const same = other => other?.tagName === tagName && other.textContent === textContent
    return root => all(root).find(other => id ? other.id === id : href && other.href === href)
      ?? [all(root)[place]].find(same)
  }

  const refreshParts = paced(fetchParts)
  const refreshCharts = paced(() => window.charts?.refresh())
  function refresh() { refreshParts(); refreshCharts() }

  function show(kind, text) {
    if (state.dataset.state === kind) return
    state.dataset.state = kind
    state.textContent = text
  }

  function connect() {
    listen(root.dataset.socket, root.dataset.live, {
      opened: () => { isOpen = true; if (!over) show('live', 'Live') },
      told: told => { if (told.grown || told.seq > seen) refresh() },
      lost: () => { isOpen = false; if (!over) show('cut', 'Connection lost: trying again') },
      refused: () => { if (!over) location.reload() }, // the page says why
    })
  }

  if (root.dataset.over === '1') return show('ended', 'This run has ended')
  connect()
  setInterval(() => { if (!over) refresh() }, CLOCK)
  document.addEventListener('visibilitychange', () => { if (!document.hidden && !over) refresh() })
})()
