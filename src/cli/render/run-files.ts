import { appendFileSync, renameSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import type { RunEvent } from '../../domain/events.ts';
import { recordedOutput } from '../../domain/outputs.ts';
import type { RunSummary } from '../../domain/run.ts';
import { stepStatus } from '../../domain/runs/step-status.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import { type OutputName, STEPS } from '../../domain/steps.ts';
import { LIMITS } from '../../shared/limits.ts';
import { shownText } from '../../shared/shown-text.ts';
import { plainText } from '../../text/plain-text.ts';
import { expiryLine, formatDuration } from '../../text/words.ts';

/**
 * Appends every event to `azure-deployment-v1.log`, as the original script did. Events are masked before they come here.
 * A log that has become too long is put aside; the one that was put aside before goes.
 */
export function logFileObserver(path: string, maxBytes = LIMITS.commandLogBytes.value): (event: RunEvent) => void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(path, `${path}.1`);
  return (event) => {
    const text = shownText(plainText(event));
    const lines = text.split('\n').map((line) => `${event.at} ${event.runId} ${line}`);
    appendFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  };
}

/** The command line of these words, for the environment that is written about. */
type CommandOf = (...words: readonly string[]) => string;

/**
 * Writes `azure-deployment-summary.md`: addresses, hosts, what each step did, and what to do next.
 * @param canGoBack there is a release before this one
 */
export async function writeSummaryFile(
  path: string,
  config: DeploymentConfig,
  state: EnvironmentState,
  summary: RunSummary,
  { commandOf, canGoBack }: { readonly commandOf: CommandOf; readonly canGoBack: boolean },
): Promise<void> {
  const addresses = Object.entries(summary.addresses);
  const text = [
    `# Deployment of ${config.azure.projectName} (${summary.environment})`,
    '',
    `Run ${summary.runId}: **${summary.status}**, ${formatDuration(summary.durationInMs)}, finished ${summary.finishedAt ?? '–'}.`,
    '',
    ...(summary.expires === undefined ? [] : [`${expiryLine(summary.expires)}.`, '']),
    '## Addresses',
    '',
    ...(addresses.length > 0 ? addresses.map(([name, url]) => `- ${name}: ${url}`) : ['- none']),
    '',
    '## Resources',
    '',
    `- Resource group: ${config.azure.resourceGroup}`,
    ...madeLines(state),
    '',
    '## Steps',
    '',
    '| # | Step | Status | Last executed |',
    '|---|---|---|---|',
    ...STEPS.map(({ name, number }) => {
      const step = state.steps[name];
      return `| ${number} | ${name} | ${step ? stepStatus(state, step) : 'not run'} | ${step?.timestamp ?? '–'} |`;
    }),
    '',
    ...nextSteps(config, summary, { commandOf, canGoBack }),
    '',
  ].join('\n');
  await writeFile(path, shownText(text), { mode: 0o600 });
}

/** What one does after a deployment, as the original script's summary ended. */
function nextSteps(
  { networking, services }: DeploymentConfig,
  { status, runId }: RunSummary,
  { commandOf, canGoBack }: { readonly commandOf: CommandOf; readonly canGoBack: boolean },
): readonly string[] {
  const documented = services.application.some(({ env }) => 'SWAGGER_ENABLED' in env);
  const looks = [
    ...(documented && networking.swaggerEnabled
      ? [`Look at the API: its address and \`/${networking.swaggerPath}\``]
      : []),
    `See what is deployed: \`${commandOf('status')}\``,
    `See what was changed by hand since: \`${commandOf('drift')}\``,
    ...(canGoBack ? [`Go back to the release before: \`${commandOf('rollback')}\``] : []),
  ];
  const repairs = [
    `See what went wrong: \`${commandOf('logs', runId)}\``,
    `Go on where it stopped: \`${commandOf('--resume')}\``,
  ];
  const steps = status === 'succeeded' ? looks : repairs;
  return ['## Next steps', '', ...steps.map((step, index) => `${index + 1}. ${step}`)];
}

/** What there is of these: some are made only where the configuration asks for them. */
const MADE: readonly (readonly [title: string, ...outputs: OutputName[]])[] = [
  ['Container registry', 'loginServer'],
  ['Key vault', 'vaultUri'],
  ['PostgreSQL', 'postgresHost'],
  ['Redis', 'redisHost', 'redisPort'],
];

function madeLines(state: EnvironmentState): readonly string[] {
  return MADE.flatMap(([title, ...outputs]) => {
    const values = outputs.map((name) => recordedOutput(state, name) ?? '');
    return values.includes('') ? [] : [`- ${title}: ${values.join(':')}`];
  });
}
