"""Workbooks: cells of every format as sheets, and sheets as blocks with exact grids."""
