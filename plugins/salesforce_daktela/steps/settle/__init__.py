"""The end of a run: totals, watermark, report, retention."""
