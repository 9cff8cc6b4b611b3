import { userKey } from '../domain/config/paths.ts';
import type { Dependencies } from '../domain/fingerprint.ts';
import type { StepState } from '../domain/state.ts';

export interface Decision {
  readonly action: 'run' | 'skip';
  /** One sentence, always given. */
  readonly reason: string;
  readonly forced: boolean;
  /** Names of the dependencies that changed. */
  readonly changed: readonly string[];
}

/** At most so many changes are told in a reason; the rest is counted. */
const TOLD_CHANGES = 3;

/**
 * Whether a step must run, by what it depends on now and what its last completed run depended on. Plan and execution ask
 * the same question, so a step that ran for nothing upstream is still skipped when nothing changed for it.
 */
export function decideStep(input: {
  readonly previous: StepState | undefined;
  readonly dependencies: Dependencies;
  readonly forced: false | '--force-step' | '--force-all';
  /** Recorded resources of the step that are not there any more. */
  readonly missing: readonly string[];
  /** Anything else that makes it run, e.g. an address that does not answer. */
  readonly because?: readonly string[];
}): Decision {
  const { previous, dependencies, forced, missing, because = [] } = input;
  const run = (reason: string, changed: readonly string[] = []): Decision => ({
    action: 'run',
    reason,
    changed,
    forced: forced !== false,
  });
  if (forced !== false) return run(`forced by ${forced}`);
  if (!previous) return run('never run');
  if (previous.status === 'failed') return run(`failed last time: ${previous.error?.code ?? 'unknown reason'}`);
  if (previous.status !== 'completed') return run(`${previous.status} last time`);
  if (previous.dependency_hash === null) return run('recorded by the original script; compared anew');
  const changed = changedDependencies(previous.dependencies, dependencies);
  if (changed.length > 0) return run(changesText(changed, previous.dependencies, dependencies), changed);
  if (missing.length > 0) return run(`${missing.join(', ')} is missing on Azure`);
  if (because.length > 0) return run(because.join('; '));
  return { action: 'skip', reason: 'unchanged', changed: [], forced: false };
}

function changedDependencies(before: Dependencies, after: Dependencies): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name]?.hash !== after[name]?.hash).sort(byKind);
}

/** What people can act on first: configuration, sources, secrets; then what follows from those. */
const KINDS = ['config', 'file', 'secret', 'principal', 'output', 'executed', 'resource'];

function byKind(a: string, b: string): number {
  const kind = (name: string): number => KINDS.indexOf(name.split(':')[0] ?? '');
  return kind(a) - kind(b) || (a < b ? -1 : 1);
}

function changesText(changed: readonly string[], before: Dependencies, after: Dependencies): string {
  const direct = changed.filter((name) => !name.startsWith('resource:'));
  // A changed body that follows from a changed setting is no news of its own.
  const told = direct.length > 0 ? direct : changed;
  const texts = told.slice(0, TOLD_CHANGES).map((name) => changeText(name, before, after));
  const rest = told.length - texts.length;
  return [...texts, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

function changeText(name: string, before: Dependencies, after: Dependencies): string {
  const separator = name.indexOf(':');
  const subject = name.slice(separator + 1);
  switch (name.slice(0, Math.max(separator, 0))) {
    case 'config':
      return `${userKey(subject)}: ${shown(before[name]?.value)} → ${shown(after[name]?.value)}`;
    case 'file':
      return `source of ${subject} changed`;
    case 'secret':
      return `secret ${subject} changed`;
    case 'output':
      return `output ${subject} changed`;
    case 'executed':
      return `${subject} ran since`;
    case 'resource':
      return `what is sent for ${subject} changed`;
    default:
      return name === 'principal' ? 'the deploying principal changed' : `${name} changed`;
  }
}

function shown(json: string | undefined): string {
  if (json === undefined) return '(none)';
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value || '""' : json;
}
