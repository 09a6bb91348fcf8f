"""The Lambda functions. Each archive holds one function's package and `common`, under the package `functions`."""
