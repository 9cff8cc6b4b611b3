import { userKey } from '../domain/config/user-key.ts';
import type { Dependencies } from '../domain/fingerprint.ts';
import { isBegunFirst, type StepState } from '../domain/state.ts';

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
  /** Nothing that it makes is asked for. */
  readonly isIdle?: boolean;
  /** Anything else that makes it run, e.g. an address that does not answer. */
  readonly because?: readonly string[];
}): Decision {
  const { previous, dependencies, forced, missing, because = [], isIdle = false } = input;
  const run = (reason: string, changed: readonly string[] = []): Decision => ({
    action: 'run',
    reason,
    changed,
    forced: forced !== false,
  });
  const skip = (reason: string): Decision => ({ action: 'skip', reason, changed: [], forced: false });
  if (isIdle && !previous) return skip('nothing to do');
  if (forced !== false) return run(`forced by ${forced}`);
  if (!previous) return run('never run');
  if (previous.status === 'failed' && !isBegunFirst(previous))
    return run(`failed last time: ${previous.error?.code ?? 'unknown reason'}`);
  if (previous.status === 'skipped') return run(`${previous.status} last time`);
  // What it sent may be there already, so that nothing differs; what comes after that has not been done.
  if (previous.begun_by !== undefined) return run(`run ${previous.begun_by} has begun it, and not ended it`);
  if (previous.dependency_hash === null) return run('recorded by the original script; compared anew');
  const changed = changedDependencies(previous.dependencies, dependencies);
  if (changed.length > 0) return run(changesText(changed, previous.dependencies, dependencies), changed);
  if (missing.length > 0) return run(`${missing.join(', ')} is missing on Azure`);
  if (because.length > 0) return run(because.join('; '));
  return skip('unchanged');
}

function changedDependencies(before: Dependencies, after: Dependencies): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name]?.hash !== after[name]?.hash).sort(byKind);
}

/** What people can act on first: configuration, sources, secrets; then what follows from those. */
const KINDS = ['config', 'file', 'secret', 'principal', 'output', 'executed', 'resource'];

function byKind(a: string, b: string): number {
  const kind = (name: string): number => KINDS.indexOf(kindOf(name));
  return kind(a) - kind(b) || (a < b ? -1 : 1);
}

function changesText(changed: readonly string[], before: Dependencies, after: Dependencies): string {
  // What only follows from a changed setting is no news of its own.
  const told = firstNotEmpty(
    changed.filter((name) => kindOf(name) !== 'resource' && (kindOf(name) !== 'config' || userKey(subjectOf(name)))),
    changed.filter((name) => kindOf(name) !== 'resource'),
    changed,
  );
  // A setting of several values, e.g. a variable that becomes a secret, is told once.
  const bySubject = Map.groupBy(told, (name) => `${kindOf(name)}:${shownSubject(name)}`);
  const texts = [...bySubject.values()].map((names) => changeText(names, before, after));
  const rest = texts.length - TOLD_CHANGES;
  return [...texts.slice(0, TOLD_CHANGES), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

function firstNotEmpty<T>(...lists: readonly (readonly T[])[]): readonly T[] {
  return lists.find((list) => list.length > 0) ?? [];
}

/** One text for all the dependencies that one setting decides. */
function changeText(names: readonly string[], before: Dependencies, after: Dependencies): string {
  const name = names[0] ?? '';
  const subject = shownSubject(name);
  const valueIn = (dependencies: Dependencies) => names.map((one) => dependencies[one]?.value).find(isDefined);
  switch (kindOf(name)) {
    case 'config':
      return `${subject}: ${shown(valueIn(before))} → ${shown(valueIn(after))}`;
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

/** Dependencies are called `<kind>:<subject>`; one without a colon is a kind of its own. */
function kindOf(name: string): string {
  return name.split(':')[0] ?? '';
}

function subjectOf(name: string): string {
  return name.slice(kindOf(name).length + 1);
}

function shownSubject(name: string): string {
  const subject = subjectOf(name);
  return kindOf(name) === 'config' ? (userKey(subject) ?? subject) : subject;
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function shown(json: string | undefined): string {
  if (json === undefined) return '(none)';
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value || '""' : json;
}
