import { ExitCode } from '../exit-code.ts';
import type { ErrorDescription } from './description.ts';

/** State documents, locks, records of runs, and the storage that holds them. */
export const STATE_ERRORS = {
  lock_lost: {
    meaning: 'The lock of the environment was broken or taken over while the run worked; it wrote nothing more.',
    next: 'Look at the run that has the environment now, and deploy again when it has ended.',
    exitCode: ExitCode.failed,
  },
  list_endless: {
    meaning: 'The storage lists blobs without an end; nothing that it listed was believed.',
    next: 'Check that the storage is the right one, and run again.',
    exitCode: ExitCode.failed,
    status: 502,
  },
  position_invalid: {
    meaning: 'The position does not belong to this event stream.',
    next: 'Use a position from an earlier answer, or none to read from the start.',
    exitCode: ExitCode.usage,
    wrong: 'request',
    status: 400,
  },
  queue_full: {
    meaning: 'As many runs wait for the environment as may; nothing was started.',
    next: 'Try again when some of them are done, or cancel what is not needed any more.',
    exitCode: ExitCode.locked,
    status: 429,
  },
  record_corrupt: {
    meaning: 'A record of a run cannot be read; it was left as it is.',
    next: 'Put a copy back or remove it; a new run goes on from the state and from Azure alone.',
    exitCode: ExitCode.failed,
    status: 409,
  },
  record_missing: {
    meaning: 'A record that is needed, e.g. the configuration of an earlier run, is gone from the run store.',
    next: 'Put a copy back, or deploy again.',
    exitCode: ExitCode.failed,
    status: 409,
  },
  record_newer: {
    meaning: 'A record of a run was written by a newer version of draftgenie-deploy; it was left as it is.',
    next: 'Use that version.',
    exitCode: ExitCode.failed,
    status: 409,
  },
  run_not_kept: {
    meaning: 'The state of this run is not kept.',
    next: 'Choose one of the runs that the message lists; each successful run leaves one.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  storage_behind: {
    meaning: 'The storage has lost what this run had written: it was restored, or forgot what it had acknowledged.',
    next: 'Start the deployment again: it goes on from the state and from Azure.',
    exitCode: ExitCode.failed,
  },
  state_corrupt: {
    meaning: 'The state document cannot be read; it was left as it is.',
    next: 'Put a copy back (<file>.*.bak), or keep a copy and start fresh with: draftgenie-deploy state reset',
    exitCode: ExitCode.failed,
    status: 409,
  },
  state_exists: {
    meaning: 'import found a state of the environment; it writes none over what a deployment knows.',
    next: 'Write the configuration alone with --config-only, or name another environment with --environment NAME.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  state_foreign: {
    meaning: 'The state belongs to another environment, subscription or resource group than the configuration names.',
    next: 'Set the configuration back, or use another --environment or advanced.state_file.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
  },
  state_only_looked_at: {
    meaning: 'A step of a deployment would write something to Azure, and import only looks; what it is the plan tells.',
    next: 'Read the plan, and deploy.',
    exitCode: ExitCode.failed,
  },
  state_locked: {
    meaning: 'Another run holds the environment, or waits for it.',
    next: 'Wait for its end or cancel it; remove the lock of a run that is gone with: draftgenie-deploy state unlock',
    exitCode: ExitCode.locked,
    status: 409,
  },
  state_newer: {
    meaning: 'The state was written by a newer version of draftgenie-deploy; it was left as it is.',
    next: 'Use that version, or keep a copy and start fresh with: draftgenie-deploy state reset',
    exitCode: ExitCode.failed,
    status: 409,
  },
  state_not_writable: {
    meaning: 'The state cannot be written; nothing was created.',
    next: 'Make the file writable or grant Storage Blob Data Contributor, or name another place for the state.',
    exitCode: ExitCode.failed,
  },
  not_left_behind: {
    meaning: 'No resource is left behind under that name.',
    next: 'Name one that status, plan or drift lists as left behind.',
    exitCode: ExitCode.usage,
    wrong: 'command',
    status: 404,
  },
  state_unreadable: {
    meaning: 'The state file may not be read.',
    next: 'Make it readable, or name another file with advanced.state_file.',
    exitCode: ExitCode.failed,
  },
  storage_forbidden: {
    meaning: 'The storage of states and runs refuses access.',
    next: 'Grant the role Storage Blob Data Contributor there; a new role takes minutes to be effective.',
    exitCode: ExitCode.failed,
  },
  storage_missing: {
    meaning: 'No storage is named for states and runs.',
    next: 'Set DEPLOYMENT_STORAGE, DEPLOYMENT_STORAGE__blobServiceUri, or advanced.state_blob_account.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  storage_setting_invalid: {
    meaning: 'The connection string or the address of the storage cannot be used.',
    next: 'Correct the setting to the form that the message shows.',
    exitCode: ExitCode.usage,
    wrong: 'setting',
  },
  storage_unreachable: {
    meaning: 'The storage of states and runs cannot be reached; what was confirmed before is stored.',
    next: 'Check the address and the network, and run again.',
    exitCode: ExitCode.failed,
    status: 503,
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;
