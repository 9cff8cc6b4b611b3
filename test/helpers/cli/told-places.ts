/**
 * Where the product tells people to run one of its own commands, and what it says literally of that command. For each of them a test runs
 * the command as it is printed there, in the situation in which it is printed, by `follow`; test/unit/cli/told-commands.test.ts holds this
 * list against the sources and against the tests.
 * There is none that is left out: what asks Azure itself is run against the simulator.
 */
export const TOLD_PLACES = [
  'action/conclude: approve --plan --remote',
  'cli/commands/app/open-page: serve',
  'cli/commands/deploy: deploy',
  'cli/commands/destroy: destroy',
  'cli/commands/drift: drift --fix',
  'cli/commands/rollback: rollback',
  'cli/commands/state: deploy --reset-state',
  'cli/commands/status: status --offline',
  'cli/import/told: deploy',
  'cli/import/told: plan',
  'cli/init/init: config schema',
  'cli/init/init: plan --config',
  'cli/init/report: deploy --simulate',
  'cli/init/report: plan',
  'cli/init/report: plan --simulate',
  'cli/install/install: install',
  'cli/install/left-over: destroy --left-behind',
  'cli/install/next-steps: deploy --config --remote',
  'cli/install/next-steps: destroy',
  'cli/install/next-steps: drift',
  'cli/install/told: install --name --location',
  'cli/load-config: init --from',
  'cli/local/engine: cancel',
  'cli/local/local-stack: drift',
  'cli/prompts: plan',
  'cli/remote/problem-error: cancel',
  'cli/render/left-behind-text: destroy --left-behind',
  'cli/render/left-behind-text: state forget',
  'cli/render/run-files: deploy --resume',
  'cli/render/run-files: drift',
  'cli/render/run-files: logs',
  'cli/render/run-files: rollback',
  'cli/render/run-files: status',
  'cli/render/services-text: drift',
  'cli/resume-command: logs --follow',
  'cli/root-help: deploy --config --auto-approve',
  'cli/root-help: deploy --config --simulate',
  'cli/root-help: init',
  'cli/root-help: plan --config',
  'cli/serve/exposure: key --allow --serve',
  'doctor/deployment: plan',
  'domain/cost/accepted-cost: cost',
  'domain/notices/notice-of-run: approve --environment --plan',
  'domain/notices/notice-of-run: status --environment',
  'logs/service-logs: status',
  'outbound/simulated-azure: simulator --port',
  'planning/drift/prepare-repair: destroy',
  'planning/drift/prepare-repair: rollback --to',
  'runs/known-run: runs',
  'shared/error-codes/configuration: init --from',
  'shared/error-codes/host: install',
  'shared/error-codes/host: simulator',
  'shared/error-codes/remote: key --allow',
  'shared/error-codes/remote: open',
  'shared/error-codes/remote: serve',
  'shared/error-codes/resources: status',
  'shared/error-codes/run: cost',
  'shared/error-codes/run: drift',
  'shared/error-codes/run: logs',
  'shared/error-codes/run: rollback --to',
  'shared/error-codes/run: runs',
  'shared/error-codes/run: status',
  'shared/error-codes/state: state reset',
  'shared/error-codes/state: state unlock',
  'state/lock: state unlock',
  'state/parse-state: state reset',
  'text/run-text: approve --plan',
] as const;

export type ToldPlace = (typeof TOLD_PLACES)[number];

/** Command and options of a place. */
export function toldAt(place: string): { readonly name: string; readonly flags: readonly string[] } {
  const words = place.slice(place.indexOf(': ') + 2).split(' ');
  return {
    name: words.filter((word) => !word.startsWith('--')).join(' '),
    flags: words.filter((word) => word.startsWith('--')),
  };
}
