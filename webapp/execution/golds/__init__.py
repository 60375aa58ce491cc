"""What corrected gold answers mean for runs and profiles.

effects            what another gold answer of a question would change, before anybody stores it
again              runs that are graded by earlier gold answers, and grading them by the newest
profile_versions   another version of a profile, from the same responses
"""
