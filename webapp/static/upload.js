// Uploading: a file may be dropped anywhere on the page, and its progress is shown. Without scripts
// the same form sends the file by itself. A <form data-slow> shows that it is at work.
(() => {
  const MB = 2 ** 20
  const form = () => document.querySelector('form[data-upload]')
  const hasFiles = event => form() && event.dataTransfer?.types.includes('Files')
  const size = bytes => `${(bytes / MB).toLocaleString(undefined, { maximumFractionDigits: 1 })} MB`

  document.addEventListener('dragover', event => {
    if (!hasFiles(event)) return
    event.preventDefault() // or the browser would open the file
    form().classList.add('over')
  })

  document.addEventListener('dragleave', event => {
    if (event.relatedTarget === null) form()?.classList.remove('over')
  })

  document.addEventListener('drop', event => {
    if (!hasFiles(event)) return
    event.preventDefault()
    form().classList.remove('over')
    const [file, ...others] = event.dataTransfer.files
    if (!file || form().dataset.busy) return
    if (others.length) return tell(form(), 'Drop one file at a time.')
    const only = new DataTransfer()
    only.items.add(file)
    form().querySelector('input[type=file]').files = only.files
    send(form())
  })

  document.addEventListener('submit', event => {
    const form = event.target
    const sends = form.matches('[data-upload]')
    if (sends || form.dataset.busy) event.preventDefault()
    if (form.dataset.busy) return
    if (sends) send(form)
    else if (form.matches('[data-slow]')) busy(form, true)
  })

  function send(form) {
    const file = form.querySelector('input[type=file]').files[0]
    const limit = Number(form.dataset.limit)
    if (file && file.size > limit) {
      return tell(form, `The file has ${size(file.size)}; ${size(limit)} are allowed: split it.`)
    }
    const bar = form.querySelector('progress')
    const told = form.querySelector('[data-told]')
    const request = new XMLHttpRequest()
    request.upload.onprogress = event => {
      if (!event.lengthComputable) return
      bar.value = event.loaded / event.total
      told.textContent = `Uploading: ${size(event.loaded)} of ${size(event.total)}`
    }
    request.upload.onload = () => {
      bar.removeAttribute('value') // how long reading takes is not known
      told.textContent = 'It has arrived. Reading its rows.'
    }
    request.onload = () => arrived(form, request)
    request.onerror = () => tell(form, 'The connection broke off: try again.')
    told.textContent = 'Uploading'
    bar.value = 0
    tell(form, '')
    busy(form, true)
    request.open('POST', form.action)
    request.send(new FormData(form))
  }

  // The server answers a file that it keeps with the address of its page, and others with this page.
  function arrived(form, request) {
    if (request.responseURL !== form.action) return location.assign(request.responseURL)
    const page = new DOMParser().parseFromString(request.responseText, 'text/html')
    const main = page.querySelector('main')
    if (!main) return tell(form, request.responseText || 'The server gave no answer: try again.')
    document.querySelector('main').replaceChildren(...document.adoptNode(main).childNodes)
    document.querySelector('main').dispatchEvent(new CustomEvent('swapped', { bubbles: true }))
    start()
    document.querySelector('[type=file]')?.focus()
  }

  function tell(form, problem) {
    busy(form, false)
    const place = form.querySelector('[data-problem]')
    place.textContent = problem
    place.hidden = !problem
  }

  function busy(form, is) {
    if (is) form.dataset.busy = '1'
    else delete form.dataset.busy
    form.querySelector('[data-sending]').hidden = !is
    form.querySelector('button').disabled = is
  }

  function start() {
    document.querySelector('[data-dropping]')?.removeAttribute('hidden')
  }

  addEventListener('pageshow', event => {
    if (!event.persisted) return // not gone back to
    for (const form of document.querySelectorAll('[data-busy]')) busy(form, false)
  })
  start()
})()
