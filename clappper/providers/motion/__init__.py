"""The embedded motion-graphics generator: product pictures, brand colours and intent words become footage."""
