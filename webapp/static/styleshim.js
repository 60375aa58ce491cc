// The policy blocks setAttribute('style', …) on SVG and MathML, which Plotly and KaTeX use; setting
// cssText is the same thing through CSSOM, which it allows. Load this before either of them.
for (const Kind of [window.SVGElement, window.MathMLElement]) {
  if (!Kind) continue
  const set = Element.prototype.setAttribute
  Kind.prototype.setAttribute = function (name, value) {
    if (name === 'style') this.style.cssText = value
    else set.call(this, name, value)
  }
}
