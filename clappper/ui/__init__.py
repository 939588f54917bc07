"""The windows: widgets show and ask; whatever is done, the studio and its sessions do."""
