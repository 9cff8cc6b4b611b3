import { DEFAULT_ENVIRONMENT } from '../../domain/environment-name.ts';
import { STEPS } from '../../domain/steps.ts';
import { environmentOfTags } from '../../domain/tags.ts';
import { isDescribed } from '../../init/group/group-draft.ts';
import type { LiveGroup, LiveResource } from '../../init/group/live.ts';
import { nextRows } from '../init/report.ts';
import type { Output } from '../json/outputs.ts';
import { type SimulatedAs, simulatedWords } from '../own-commands.ts';
import { shellWords } from '../shell-words.ts';
import type { ImportedState } from './import-state.ts';

/** What the state has, and which steps are left to a deployment. */
export function stateReport(location: string, { isWritten, open }: ImportedState): string {
  const found = STEPS.length - open.length;
  const lines = isWritten
    ? [`✓ ${location} is written: ${found} of ${STEPS.length} steps found everything as the file says.`]
    : [
        'No state is written: nothing was found as a deployment of this environment leaves it. The first one writes it.',
      ];
  const due = open.map(({ number, step, why }) => `  ${number} ${step}: ${why.split('\n')[0]}`);
  const rest = open.length === 0 ? [] : ['Left to the next deployment; its plan says what differs:', ...due];
  return [...lines, ...rest].map((line) => `${line}\n`).join('');
}

/** The same for a machine. */
export function stateLine(location: string, { isWritten: written, open }: ImportedState): Output<'state_imported'> {
  return { type: 'state_imported', location, written, open: [...open] };
}

/** @param state undefined: none was asked for */
export function nextLines(
  { output, ...options }: SimulatedAs & { readonly output: string },
  environment: string,
  group: LiveGroup,
  state: ImportedState | undefined,
): string {
  const isWhole = state?.open.length === 0;
  const more = [
    ...(environment === DEFAULT_ENVIRONMENT ? [] : ['--environment', environment]),
    // What no tag makes an environment's own is taken over by permission only.
    ...(group.resources.some(isOfNobody) ? ['--adopt'] : []),
    ...simulatedWords(options).flat(),
  ];
  const commandOf = (name: string): string => `draftgenie-deploy ${shellWords([name, '--config', output, ...more])}`;
  const rows: readonly (readonly [string, string])[] = [
    [commandOf('plan'), isWhole ? 'finds nothing to do' : 'what differs, and would be written'],
    ...(isWhole ? [] : [[commandOf('deploy'), 'writes that, and the rest of the state'] as const]),
  ];
  return nextRows(rows)
    .map((line) => `${line}\n`)
    .join('');
}

function isOfNobody(resource: LiveResource): boolean {
  return isDescribed(resource) && environmentOfTags(resource.body.tags) === undefined;
}
