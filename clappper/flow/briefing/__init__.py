"""The brief before anything is made: judged, priced, doubted."""
