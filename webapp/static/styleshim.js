// The policy blocks setAttribute('style', …), which Plotly and KaTeX use; setting cssText is the same
// thing through CSSOM, which it allows. Load this before either of them.
(() => {
  const set = Element.prototype.setAttribute
  Element.prototype.setAttribute = function (name, value) {
    if (name === 'style' && this.style) this.style.cssText = value
    else set.call(this, name, value)
  }
})()
