import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isStepName, STEP_NAMES } from '../../src/domain/steps.ts';

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));
const STEP_FILES = STEP_NAMES.map((name) => `${name.replaceAll('_', '-')}.ts`);

/** Rows of these two tables tell people which step to force. */
const TEXTS = ['shared/error-codes/resources.ts', 'azure/error-table.ts'];

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => ({ path, text: readFileSync(join(SOURCE, path), 'utf8') }));

/** Names as text, as properties and in comments. */
function stepsNamedIn(text: string): readonly string[] {
  return STEP_NAMES.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
}

describe('a step', () => {
  it('is named by its own definition and its own activity only', () => {
    const named = files.flatMap(({ path, text }) => stepsNamedIn(text).map((step) => `${path} names ${step}`));
    const own = STEP_NAMES.flatMap((name, index) =>
      ['domain/steps', 'activities'].map((folder) => `${folder}/${STEP_FILES[index]} names ${name}`),
    );
    const others = named.filter((one) => !TEXTS.some((path) => one.startsWith(path)));
    expect(others.sort()).toEqual(own.sort());
  });

  it('that a text tells people to force exists', () => {
    const forced = files.flatMap(({ text }) =>
      [...text.matchAll(/--force-step ([a-z]+_\w+)/g)].map(([, step = '']) => step),
    );
    expect(forced.length).toBeGreaterThan(0);
    expect(forced.filter((step) => !isStepName(step))).toEqual([]);
  });

  it('has one definition and one activity, and the activities hold nothing else than those around them', () => {
    expect(readdirSync(join(SOURCE, 'domain/steps')).sort()).toEqual([...STEP_FILES, 'definition.ts'].sort());
    const around = ['open-run.ts', 'close-run.ts', 'remove-resources.ts', 'activities.ts'];
    expect(readdirSync(join(SOURCE, 'activities')).sort()).toEqual([...STEP_FILES, ...around].sort());
  });
});
