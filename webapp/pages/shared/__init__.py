"""What several pages share: reading addresses, paging, charts, how values and texts look."""
