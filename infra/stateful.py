"""Which resources hold something that a new one does not have: data, keys, names and ids that others rely on."""

STATEFUL = frozenset(
    {
        "aws:apigateway/restApi:RestApi",
        "aws:appsync/graphQLApi:GraphQLApi",
        "aws:backup/vault:Vault",
        "aws:cloudtrail/trail:Trail",
        "aws:ec2/instance:Instance",
        "aws:ec2/vpc:Vpc",
        "aws:kms/key:Key",
        "aws:rds/cluster:Cluster",
        "aws:rds/clusterInstance:ClusterInstance",
        "aws:route53/zone:Zone",
        "aws:s3/bucket:Bucket",
        "aws:secretsmanager/secret:Secret",
        "gcp:firebase/databaseInstance:DatabaseInstance",
        "gcp:organizations/project:Project",
        "gcp:storage/bucket:Bucket",
    }
)
"""Types as the engine names them. Production protects each of them (`Component.stateful`)."""
