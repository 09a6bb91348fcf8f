"""`distro rehearse`: the whole way of two releases, from an empty store to `audit verify`, with the real command line.

`stage` is the throw-away clone with its `cast` of people, `story` the table of what is typed there in a `shell`,
`performance` types it.
"""
