import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { FunctionsWorker } from '../../../src/runtime/worker.ts';

interface IndexedFunction {
  readonly name: string;
  readonly bindings: readonly Readonly<Record<string, unknown>>[];
}

/** Functions that were not there when the host was recorded. */
const ADDED_SINCE = [
  'forget_resource',
  'destroy_environment',
  'run_removal',
  'remove_resources',
  'show_audit',
  'repair',
  'show_page',
  'show_page_file',
  'show_overview',
  'show_services',
  'make_sign_in_code',
  'take_sign_in_code',
];

/** As the real Functions host listed them; source in test/fixtures/functions-host. */
const INDEXED = JSON.parse(
  readFileSync(new URL('../../fixtures/functions-host/functions.json', import.meta.url), 'utf8'),
) as readonly IndexedFunction[];

const byName = (a: IndexedFunction, b: IndexedFunction): number => (a.name < b.name ? -1 : 1);

/** What was registered is exactly what the host indexed, bindings included, and what was added since. */
export function expectAsIndexed(worker: FunctionsWorker): void {
  const all = worker.functions().map(({ metadata: { name, bindings } }) => ({
    name,
    bindings: Object.entries(bindings).map(([key, { properties, ...binding }]) => ({ ...binding, name: key })),
  }));
  const registered = all.filter(({ name }) => !ADDED_SINCE.includes(name));
  expect(all.length - registered.length).toBe(ADDED_SINCE.length);
  expect(registered.sort(byName)).toEqual(INDEXED.toSorted(byName));
}
