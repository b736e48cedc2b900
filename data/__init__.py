"""What is stored and what is given: reference tables, dated parameters, samples and texts.

The lowest layer of the house: it imports nothing of ``impact``, ``fund`` or ``app``.
"""
