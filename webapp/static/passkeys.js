// Says on the page what allauth's scripts for passkeys would say in the console.
document.addEventListener('allauth.error', event => {
  event.preventDefault()
  document.getElementById('passkey-trouble').hidden = false
})
