"""LocalStack, started quickly.

`python -m distro_localstack` is `python -m localstack.runtime.main` with less work: what LocalStack and its libraries
compute anew at each start is kept (`kept`, `catalog`), what they compute for nothing is left out, and what the first
calls would wait for is loaded beforehand (`preload`). Nothing in it changes an answer of LocalStack,
but an error that comes of threads (`routes`).

Everything here runs in LocalStack's own Python environment.
"""
