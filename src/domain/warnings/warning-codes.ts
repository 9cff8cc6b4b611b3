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
} as const;

export type WarningCode = keyof typeof WARNING_CODES;

/** A warning with the code that acknowledges it behind it: `… its password is the protection. [postgresql_open]`. */
export function coded(code: WarningCode, message: string): string {
  return `${message} [${code}]`;
}

/** Each once, and none whose code is acknowledged. */
export function unacknowledged(warnings: readonly string[], acknowledged: readonly string[] = []): string[] {
  return [...new Set(warnings)].filter((one) => !acknowledged.some((code) => one.endsWith(` [${code}]`)));
}
