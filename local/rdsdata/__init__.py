"""The RDS Data API of Aurora PostgreSQL (version 2: `arn:aws:rds` clusters, not Serverless v1) on a real PostgreSQL.

`service` has the operations; `app` is their HTTP; the contract is botocore's model of `rds-data`, and the Aurora User
Guide ("Using the Amazon RDS Data API") where that is silent.
"""
