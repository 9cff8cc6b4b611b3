import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runRequestSchema, runSummarySchema } from '../../../src/domain/run.ts';
import { METRICS } from '../../../src/telemetry/names.ts';
import { telemetrySettings } from '../../../src/telemetry/settings.ts';

const PAGE = readFileSync(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8');

/** The rows of a section's table, each with its cells. */
function rows(section: string): readonly (readonly string[])[] {
  const text = PAGE.split(/^## /m).find((part) => part.startsWith(section)) ?? '';
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const code = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

it('every metric is in the table with what it says of itself', () => {
  expect(rows('Metrics')).toEqual(
    Object.values(METRICS).map(({ name, kind, unit, description, attributes }) => [
      `\`${name}\``,
      kind,
      `\`${unit}\``,
      description,
      attributes.map((attribute) => `\`${attribute}\``).join(', '),
    ]),
  );
});

it('every variable that is read is in the table, and no other', () => {
  const read = new Set<string>();
  const variables = new Proxy<Record<string, string>>(
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector', OTEL_TRACES_SAMPLER: 'traceidratio' },
    {
      get(given, name) {
        read.add(String(name));
        return given[String(name)];
      },
    },
  );
  telemetrySettings(variables);
  // The library reads them.
  for (const name of ['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES']) read.add(name);
  const named = rows('Variables')
    .flatMap(([names = '']) => code(names))
    .flatMap((name) => (name.includes('*') ? ['', 'TRACES_', 'METRICS_'].map((of) => name.replace('*', of)) : [name]));
  expect(named.toSorted()).toEqual([...read].toSorted());
});

it('every attribute of a metric is in the table of attributes', () => {
  const known = rows('Traces').flatMap(([name = '']) => code(name));
  const used = new Set<string>(Object.values(METRICS).flatMap(({ attributes }) => attributes));
  expect([...used].filter((name) => !known.includes(name))).toEqual([]);
});

it.each([
  ['draftgenie.run.work', runSummarySchema.shape.work.unwrap().options],
  ['draftgenie.run.trigger', runRequestSchema.shape.trigger.unwrap().options],
])('%s has the values that the table tells, and no other', (attribute, values) => {
  const told = rows('Traces').find(([name]) => name === `\`${attribute}\``)?.[2] ?? '';
  expect(code(told)).toEqual(values);
});
