"""Other systems' routers, small and from their papers: what a team's own way is compared with.

Each is fitted to a profile's evidence and estimates, from a question's embedding, how well every
expert does on it; the k best are recruited. `registry` lists them with their sources and with what
differs; `recruiting` makes recruiters of them; `selector` is a vote. None reads a test answer, and
what they choose (how many neighbours, how many clusters) they choose on the validation questions.
"""
