"""AWS Backup: vaults and their locks. moto 5.2.5 keeps them."""

from __future__ import annotations

from typing import Any, ClassVar

from local.provider.cloud import Cloud
from local.provider.errors import found, unless_gone
from local.provider.properties import compact
from local.provider.resource import TAGS, Created, Inputs, Outputs, Property, Resource, recorded
from local.provider.tags import tag_changes


class Backup(Resource):
    """A resource of Backup with tags."""

    service = "backup"

    def backup(self, cloud: Cloud, inputs: Inputs) -> Any:
        """The client for the resource's region."""
        return cloud.client("backup", inputs.get("region"))

    def retag(self, cloud: Cloud, arn: str, old: Inputs, new: Inputs) -> None:
        """Set and remove the tags that differ."""
        backup, (added, removed) = self.backup(cloud, new), tag_changes(old, new)
        if added:
            backup.tag_resource(ResourceArn=arn, Tags=added)
        if removed:
            backup.untag_resource(ResourceArn=arn, TagKeyList=removed)


class Vault(Backup):
    """Where recovery points lie."""

    type = "aws:backup/vault:Vault"
    name = "name"
    properties: ClassVar = {
        "name": Property(replace=True),
        "kmsKeyArn": Property(replace=True, computed=True),
        "forceDestroy": recorded("an option of the operation, not of the vault"),
        "tags": TAGS,
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        more = compact({"EncryptionKeyArn": inputs.get("kmsKeyArn")})
        answer = self.backup(cloud, inputs).create_backup_vault(
            BackupVaultName=inputs["name"], BackupVaultTags=dict(inputs.get("tags") or {}), **more
        )
        return Created(inputs["name"], {"arn": answer["BackupVaultArn"], "recoveryPoints": 0})

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The description and the tags."""
        backup = self.backup(cloud, inputs)
        held = found(lambda: backup.describe_backup_vault(BackupVaultName=id))
        if held is None:
            return None
        arn = held["BackupVaultArn"]
        return {
            "name": id,
            "kmsKeyArn": held.get("EncryptionKeyArn", ""),
            "tags": backup.list_tags(ResourceArn=arn)["Tags"],
            "arn": arn,
            "recoveryPoints": held.get("NumberOfRecoveryPoints", 0),
        }

    def update(self, cloud: Cloud, id: str, old: Inputs, new: Inputs) -> Outputs:
        """Tags."""
        self.retag(cloud, cloud.arn("backup", f"backup-vault:{id}", region=new.get("region")), old, new)
        return {}

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteBackupVault."""
        with unless_gone():
            self.backup(cloud, state).delete_backup_vault(BackupVaultName=id)

    def existing(self, cloud: Cloud, inputs: Inputs) -> str | None:
        """Names are unique in an account and region."""
        backup, name = self.backup(cloud, inputs), inputs["name"]
        return str(name) if found(lambda: backup.describe_backup_vault(BackupVaultName=name)) else None


class VaultLockConfiguration(Backup):
    """How long recovery points stay at least and at most; its id is the vault's name."""

    type = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
    identity = ("backupVaultName",)
    properties: ClassVar = {
        "backupVaultName": Property(replace=True),
        "minRetentionDays": Property(replace=True),
        "maxRetentionDays": Property(replace=True),
        "changeableForDays": recorded("moto keeps the date that follows from it", replace=True),
    }

    def create(self, cloud: Cloud, inputs: Inputs) -> Created:
        """One call."""
        days = {
            "MinRetentionDays": "minRetentionDays",
            "MaxRetentionDays": "maxRetentionDays",
            "ChangeableForDays": "changeableForDays",
        }
        self.backup(cloud, inputs).put_backup_vault_lock_configuration(
            BackupVaultName=inputs["backupVaultName"], **compact({key: inputs.get(name) for key, name in days.items()})
        )
        vault = inputs["backupVaultName"]
        return Created(
            vault, {"backupVaultArn": cloud.arn("backup", f"backup-vault:{vault}", region=inputs.get("region"))}
        )

    def read(self, cloud: Cloud, id: str, inputs: Inputs) -> Outputs | None:
        """The vault's description; gone when it is not locked."""
        backup = self.backup(cloud, inputs)
        held = found(lambda: backup.describe_backup_vault(BackupVaultName=id))
        if held is None or not held.get("Locked"):
            return None
        return {
            "backupVaultName": id,
            "minRetentionDays": held.get("MinRetentionDays"),
            "maxRetentionDays": held.get("MaxRetentionDays"),
            "backupVaultArn": held["BackupVaultArn"],
        }

    def delete(self, cloud: Cloud, id: str, state: Inputs) -> None:
        """DeleteBackupVaultLockConfiguration."""
        with unless_gone():
            self.backup(cloud, state).delete_backup_vault_lock_configuration(BackupVaultName=id)


RESOURCES = (Vault, VaultLockConfiguration)
