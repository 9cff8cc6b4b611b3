/**
 * Where the product tells people to run one of its own commands, and what it says literally of that command. For each of them a test runs
 * the command as it is printed there, in the situation in which it is printed, by `follow`; test/unit/cli/told-commands.test.ts holds this
 * list against the sources and against the tests.
 */
export const TOLD_PLACES = [
  'cli/commands/deploy: deploy',
  'cli/commands/destroy: destroy',
  'cli/commands/drift: drift --fix',
  'cli/commands/rollback: rollback',
  'cli/commands/state: deploy --reset-state',
  'cli/import/told: plan',
  'cli/init/init: config schema',
  'cli/init/init: plan --config',
  'cli/init/report: deploy --simulate',
  'cli/init/report: plan --simulate',
  'cli/load-config: init --from',
  'cli/local/engine: cancel',
  'cli/prompts: plan',
  'cli/render/left-behind-text: destroy --left-behind',
  'cli/render/left-behind-text: state forget',
  'cli/render/run-files: deploy --resume',
  'cli/render/run-files: drift',
  'cli/render/run-files: logs',
  'cli/render/run-files: rollback',
  'cli/render/run-files: status',
  'cli/resume-command: logs --follow',
  'cli/serve/exposure: key --allow --serve',
  'domain/cost/accepted-cost: cost',
  'runs/known-run: runs',
  'state/lock: state unlock',
  'state/parse-state: state reset',
  'text/run-text: approve --plan',
] as const;

/**
 * Those that no test runs as yet, with what it would take. A new place does not belong here.
 */
export const UNTRIED: Readonly<Record<string, string>> = {
  'action/conclude: approve --plan --remote':
    'is read in the log of a job that goes on; text/run-text is the same command',
  'cli/commands/app/open-page: serve': 'serves until it is told to stop',
  'cli/commands/status: status --offline': 'an Azure that cannot be asked',
  'cli/import/told: deploy': 'a takeover of a whole group; its plan is run',
  'cli/init/report: plan': 'asks Azure itself',
  'cli/install/install: install': 'an installation that fails in between',
  'cli/install/left-over: destroy --left-behind': 'an installation that fails in between',
  'cli/install/next-steps: deploy --config --remote': 'names of Azure that lead to the simulator',
  'cli/install/next-steps: destroy': 'deletes the installation',
  'cli/install/next-steps: drift': 'an installation; run-files has the same command',
  'cli/install/told: install --name --location': 'an example with a name of its own',
  'cli/local/local-stack: drift': 'a check by the timer of an app',
  'cli/remote/problem-error: cancel': 'an app of an earlier version, whose refusals have no hint',
  'cli/render/services-text: drift': 'variables that were changed by hand; run-files has the same command',
  'cli/root-help: deploy --config --auto-approve': 'an example with a name of its own',
  'cli/root-help: deploy --config --simulate': 'an example with a name of its own',
  'cli/root-help: init': 'an example; cli/load-config is the same command',
  'cli/root-help: plan --config': 'an example with a name of its own',
  'doctor/deployment: plan': 'a plan that Azure would refuse',
  'domain/notices/notice-of-run: approve --environment --plan': 'a message to people who know where the app is',
  'domain/notices/notice-of-run: status --environment': 'a message to people who know where the app is',
  'logs/service-logs: status': 'a service that is not there; run-files has the same command',
  'outbound/simulated-azure: simulator --port': 'serves until it is told to stop',
  'planning/drift/prepare-repair: destroy': 'a deletion that was left half done',
  'planning/drift/prepare-repair: rollback --to': 'a deployment that was left half done',
  'shared/error-codes/configuration: init --from': 'in general terms; cli/load-config is the same command',
  'shared/error-codes/host: install': 'in general terms',
  'shared/error-codes/host: simulator': 'in general terms',
  'shared/error-codes/remote: key --allow': 'in general terms; cli/serve/exposure is the same command',
  'shared/error-codes/remote: open': 'in general terms',
  'shared/error-codes/remote: serve': 'in general terms',
  'shared/error-codes/resources: status': 'in general terms; cli/render/run-files is the same command',
  'shared/error-codes/run: cost': 'in general terms; domain/cost/accepted-cost is the same command',
  'shared/error-codes/run: drift': 'in general terms; cli/render/run-files is the same command',
  'shared/error-codes/run: logs': 'in general terms; cli/render/run-files is the same command',
  'shared/error-codes/run: rollback --to': 'in general terms',
  'shared/error-codes/run: runs': 'in general terms; runs/known-run is the same command',
  'shared/error-codes/run: status': 'in general terms; cli/render/run-files is the same command',
  'shared/error-codes/state: state reset': 'in general terms; state/parse-state is the same command',
  'shared/error-codes/state: state unlock': 'in general terms; state/lock is the same command',
};

export type ToldPlace = (typeof TOLD_PLACES)[number];

/** Command and options of a place. */
export function toldAt(place: string): { readonly name: string; readonly flags: readonly string[] } {
  const words = place.slice(place.indexOf(': ') + 2).split(' ');
  return {
    name: words.filter((word) => !word.startsWith('--')).join(' '),
    flags: words.filter((word) => word.startsWith('--')),
  };
}
