"""The end of a run: sums, watermark, report, retention."""
