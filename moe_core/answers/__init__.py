"""Which answer a final text states, and by which rule: read `table.py` first.

`final.py` says what the final text is, `outright.py` and `conclusions.py` where it states an
answer, `options.py` and `cleaning.py` what is read there; `letters.py` and `values.py` put them in
order. moe_core.extraction is the way in.
"""
