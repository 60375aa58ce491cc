"""Skill-MoE's method as a library: no Django, no Celery, no engine, no I/O."""
