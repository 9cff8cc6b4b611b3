/** What nothing is wrong with, by the code under which a configuration may acknowledge that it is known (`acknowledge`). */
export const WARNING_CODES = {
  data_in_container: 'What a service writes lies in its container and goes with it.',
  new_data_folder: 'A service keeps its data in a folder that is named after its host.',
  not_side_by_side: 'A service is replaced as soon as its new revision is ready, and is not taken back.',
  registry_unused: 'An entry of registries is used by no image.',
  pull_not_granted: 'Somebody else grants that images are pulled from a registry.',
  postgresql_two_sizes: 'Two sizes are given for the database server.',
  postgresql_open: 'The database server is open to Azure services of any tenant.',
  nfs_unencrypted: 'A share is reached by NFS, without encryption and without a password.',
  mongodb_missing: 'Services that expect a MongoDB get no address of one.',
  redis_retiring: 'The kind of Redis that was asked for is retiring, and another takes its place.',
  source_unclear: 'A build may not see what it is meant to.',
  secret_in_file: 'A secret stands in the configuration.',
  defaults_missing: 'Services of DraftGenie get none of its variables, since not all of them are here.',
  two_regions: 'Two regions are given for the monitoring.',
  size_unused: 'A size of the database server is not used.',
  never_woken: 'A service has no replica, and nothing ever starts one.',
  tag_reserved: 'The name of a tag begins with a word that Azure keeps for itself.',
  drift_unattended: 'A schedule of drift checks stands where no app looks at it.',
  literal_reference: 'What looks like a variable or a reference is passed on as it is written.',
  data_not_rolled_back: 'A rollback leaves databases, migrations and secrets, and what it does not take back.',
  data_replaced: 'A service that holds data in its container is replaced on the way back.',
  section_kept: 'The environment has something of which the file says nothing.',
  vault_secret: 'A secret of the vault is of no use to the applications as it is.',
  policy_unclear: 'A policy may deny a deletion, and its rule cannot be told.',
  dump_room: 'Whether a dump fits into its room is not known.',
  dump_password: 'The password of a server that is dumped may be another one than that of the vault.',
  dump_incomplete: 'A server that is dumped has databases of others, which are not.',
  dump_network: 'A server that is dumped is in another network than the job that dumps it.',
  dump_firewall: 'A firewall may keep a dump out of its storage account.',
  domain_of_another: 'A name of a domain belongs to the environment from which this one is made.',
  name_of_another: 'A resource has the name that it has in the environment from which this one is made.',
  unknown_key: 'A key of the configuration is read by nobody, and the file is not refused for it.',
  histories_left: 'Another keeper of the orchestrations does not take over the histories of those that have ended.',
  state_locked: 'A state of Terraform is locked, and is read as it was before.',
} as const;

export type WarningCode = keyof typeof WARNING_CODES;

/**
 * A warning with the code that acknowledges it behind it: `… its password is the protection. [postgresql_open]`. Plans and rules take
 * no other ones, so that there is none that cannot be acknowledged.
 */
export type CodedWarning = `${string} [${WarningCode}]`;

export function coded(code: WarningCode, message: string): CodedWarning {
  return `${message} [${code}]`;
}

/** Each once, and none whose code is acknowledged. */
export function unacknowledged(
  warnings: readonly CodedWarning[],
  acknowledged: readonly string[] = [],
): CodedWarning[] {
  return [...new Set(warnings)].filter((one) => !acknowledged.some((code) => one.endsWith(` [${code}]`)));
}
