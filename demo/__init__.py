"""The built-in demo pool: real tiny Llama checkpoints, trained here on synthetic formal skills.

These toys know only the sixteen skills of `demo.skills`, in only the phrasings of
`demo.phrasings`. Anything else they answer confidently and wrongly. They exist so that
routing can be seen to pay on a laptop CPU, not to be useful.

Knows `moe_core.prompts` (the models are trained on exactly those texts) and nothing else of
the product. Order of work: skills -> samples -> corpus -> train -> evaluate.
"""
