"""The product's processes: embedded servers, web server and workers, started and stopped whole.

`product.running_product` is the way in. Nothing here knows about runs or experts.
"""
