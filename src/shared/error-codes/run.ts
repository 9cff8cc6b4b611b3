import { ExitCode } from '../exit-code.ts';
import type { ErrorDescription } from './description.ts';

/** Runs, their plans and the decisions about them. */
export const RUN_ERRORS = {
  activity_lost: {
    meaning: 'The host gave up an activity of a step without an answer of it.',
    next: 'Deploy again: the next run goes on with what the step has begun.',
    exitCode: ExitCode.failed,
  },
  confirmation_missing: {
    meaning: 'The plan deletes data, and nobody gave the name of the environment for that.',
    next: 'Add --confirm NAME, or keep the data with --keep-data.',
    exitCode: ExitCode.failed,
    status: 409,
  },
  confirmation_wrong: {
    meaning: 'The name that was given to confirm a deletion is not that of the environment.',
    next: 'Give exactly the name of the environment that is to be deleted.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  cost_over_limit: {
    meaning:
      'The plan is estimated to cost more in a month than cost.limit of the configuration allows, and nobody has accepted that.',
    next: 'Look at it with draftgenie-deploy cost, then accept it with --accept-cost, or raise cost.limit.',
    exitCode: ExitCode.failed,
    status: 409,
  },
  cost_unknown: {
    meaning: 'The plan says nothing of what it costs, since the app that made it knows no prices.',
    next: 'Bring the app up to date, or ask without --remote.',
    exitCode: ExitCode.failed,
  },
  decided_already: {
    meaning: 'Somebody else has decided about this plan otherwise.',
    next: 'Look at the run: the first decision counts.',
    exitCode: ExitCode.failed,
    status: 409,
  },
  drift_unsettled: {
    meaning: 'A run that was no repair did not come to its end, so it is not clear what drift has to be repaired to.',
    next: 'Run again what that run was to do, or go back with: draftgenie-deploy rollback --to RUN',
    exitCode: ExitCode.failed,
  },
  driven_elsewhere: {
    meaning: 'The run is driven by another engine, and only that engine can continue or stop it.',
    next: 'Decide there: the message names it.',
    exitCode: ExitCode.failed,
    status: 409,
  },
  dump_failed: {
    meaning: 'The job that dumps the databases did not succeed; nothing was deleted.',
    next: 'Read the end of its log, which the message has, correct that, and run destroy again.',
    exitCode: ExitCode.failed,
  },
  expiry_refused: {
    meaning: 'An environment that is there without an end was to be given one; only a new one can have it.',
    next: 'Deploy without --expires, or name another environment with --environment.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  interrupted: {
    meaning: 'The person at the terminal broke off.',
    next: 'Run the command again when you want it.',
    exitCode: ExitCode.interrupted,
  },
  internal_error: {
    meaning: 'A bug in draftgenie-deploy; the log file has its stack.',
    next: 'Report it with the log file.',
    exitCode: ExitCode.failed,
  },
  logs_not_kept: {
    meaning: 'No replica of the service runs, and no workspace keeps the logs of the environment.',
    next: 'Add monitoring to the configuration and deploy, so that logs are kept; or wait for a replica with --follow.',
    exitCode: ExitCode.failed,
  },
  logs_of_what: {
    meaning: 'Options of the logs of a service were given with a run, or without a service.',
    next: 'Name a service with --service NAME, or a run.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  logs_without_streams: {
    meaning:
      'Where this cloud has the log streams of replicas is not documented: only what a workspace keeps can be read.',
    next: 'Ask the workspace with --since, without --follow; without one, add monitoring to the configuration and deploy.',
    exitCode: ExitCode.failed,
  },
  migrated: {
    meaning: 'The step failed under the original script, whose state was taken over.',
    next: 'Deploy: the step runs again.',
    exitCode: ExitCode.failed,
  },
  not_expired: {
    meaning: 'What has expired was to be deleted, and the environment has no end, or it lies ahead.',
    next: 'Look at its end with: draftgenie-deploy status',
    exitCode: ExitCode.failed,
    status: 409,
  },
  nothing_deployed: {
    meaning: 'Nothing was deployed to this environment yet.',
    next: 'Deploy first, or check --environment.',
    exitCode: ExitCode.usage,
    wrong: 'command',
    status: 404,
  },
  nothing_to_dump: {
    meaning: 'A dump was asked for, and no database of ours would be deleted.',
    next: 'Run destroy without --dump-to.',
    exitCode: ExitCode.failed,
  },
  nothing_to_repair: {
    meaning: 'Nothing that a repair would put back was changed since the last deployment.',
    next: 'Look at what was changed with: draftgenie-deploy drift',
    exitCode: ExitCode.failed,
    status: 409,
  },
  nothing_to_roll_back: {
    meaning: 'There is no earlier release to go back to.',
    next: 'Deploy the configuration and sources that you want instead.',
    exitCode: ExitCode.failed,
  },
  orchestration_gone: {
    meaning: 'The orchestration of the run is gone, its journal or task hub with it; the run was closed.',
    next: 'Deploy again: the next run goes on from what is done.',
    exitCode: ExitCode.failed,
  },
  plan_forbidden: {
    meaning: 'The plan would replace or change what it may not; every reason is listed.',
    next: 'Change the configuration back, or allow what the message names, e.g. with --allow-replace or --adopt.',
    exitCode: ExitCode.failed,
  },
  plan_missing: {
    meaning: 'The run ended before it had a plan.',
    next: 'Look at its log: draftgenie-deploy logs RUN',
    exitCode: ExitCode.failed,
  },
  plan_not_pending: {
    meaning: 'The plan that was decided about is not the one that waits for a decision.',
    next: 'Look at the plan of the run again, and decide about that one.',
    exitCode: ExitCode.failed,
    status: 409,
  },
  rejected: {
    meaning: 'The answer to the question was no; nothing was changed.',
    next: 'Nothing; run the command again when you want it.',
    exitCode: ExitCode.rejected,
  },
  removal_incomplete: {
    meaning: 'Not everything of the plan was deleted; what is left is listed with its reasons.',
    next: 'Remove what stands in the way, and run destroy again: it goes on with what is left.',
    exitCode: ExitCode.failed,
  },
  run_of_newer_version: {
    meaning: 'The run was begun by a newer version of the app; the one that is there now takes no turns of it.',
    next: 'Deploy the newer version of the app again, or cancel the run.',
    exitCode: ExitCode.failed,
    status: 409,
  },
  rollback_impossible: {
    meaning: 'The release to go back to needs images, settings or records that are not there any more.',
    next: 'Deploy a configuration and sources of that time instead.',
    exitCode: ExitCode.failed,
  },
  rolled_back: {
    meaning: 'Verification failed and the release was taken back: the earlier one serves again.',
    next: 'Look at why verification failed, correct it, and deploy again.',
    exitCode: ExitCode.failed,
  },
  run_ended: {
    meaning: 'The run has ended, so it can neither be decided about nor stopped.',
    next: 'Look at its result: draftgenie-deploy status',
    exitCode: ExitCode.failed,
    status: 409,
  },
  run_unknown: {
    meaning: 'There is no such run in this environment, or it is not kept any more.',
    next: 'List the runs with: draftgenie-deploy runs',
    exitCode: ExitCode.usage,
    wrong: 'command',
    status: 404,
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;
