import type { MetricName } from './names.ts';
import type { Attributes, SpanRecord } from './run-spans.ts';

/** One value of a metric. */
export interface Measure {
  readonly metric: MetricName;
  readonly value: number;
  readonly attributes: Attributes;
}

/** What is counted of a run that has ended, from its spans. */
export function measuresOfRun(spans: readonly SpanRecord[]): readonly Measure[] {
  return spans.flatMap((span) => (span.path.length === 0 ? ofRun(span) : ofStep(span)));
}

function ofRun({ attributes, ...span }: SpanRecord): readonly Measure[] {
  const about = picked(attributes, ['draftgenie.run.outcome', 'draftgenie.run.work']);
  return [
    { metric: 'runs', value: 1, attributes: about },
    { metric: 'runDuration', value: secondsOf(span), attributes: about },
  ];
}

function ofStep({ attributes, ...span }: SpanRecord): readonly Measure[] {
  const {
    'draftgenie.step.outcome': outcome,
    'draftgenie.step.attempts': attempts,
    'draftgenie.step.lateness': late,
  } = attributes;
  // Of deletions, and of what did not run, there is no duration of a step.
  if (outcome !== 'completed' && outcome !== 'failed') return [];
  const retries = Math.max(0, Number(attempts ?? 1) - 1);
  const duration: Measure = {
    metric: 'stepDuration',
    value: secondsOf(span),
    attributes: picked(attributes, ['draftgenie.step.name', 'draftgenie.step.outcome']),
  };
  const about = picked(attributes, ['draftgenie.step.name']);
  const again: Measure = { metric: 'stepRetries', value: retries, attributes: about };
  return [
    duration,
    ...(retries > 0 ? [again] : []),
    ...(typeof late === 'number' ? [{ metric: 'stepLateness' as const, value: late, attributes: about }] : []),
  ];
}

function secondsOf({ startedAt, endedAt }: Pick<SpanRecord, 'startedAt' | 'endedAt'>): number {
  return Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

function picked(attributes: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}
