"""The event and its spillovers: from audiences and budgets to ranged, sourced effects.

Pure: no screen, no SQL. It reads reference data and parameters through ``data`` and knows nothing of the fund.
"""

__version__ = "0.1.0"
