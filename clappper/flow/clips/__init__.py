"""Tools for one file: smoother, cut out, looked over for seams."""
