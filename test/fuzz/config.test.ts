import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { InvalidConfig } from '../../src/domain/config/invalid-config.ts';
import { configError, parseConfig } from '../../src/domain/config/parse.ts';
import { leaves } from '../../src/domain/config/paths.ts';
import { userKey } from '../../src/domain/config/user-key.ts';
import { parseTask } from '../../src/runs/uploads/parse-task.ts';
import { accepted } from '../../src/runs/uploads/uploaded-config.ts';
import { UserError } from '../../src/shared/errors.ts';
import { canonicalJson } from '../../src/shared/json.ts';
import { mutated, mutatedDocument } from './mutations.ts';
import { expectRefusal, feed } from './run.ts';

const EXAMPLE = readFileSync(new URL('../../examples/draftgenie/config.yaml', import.meta.url), 'utf8');
const TEMPLATE = readFileSync(new URL('../fixtures/configs/draftgenie.template.yaml', import.meta.url), 'utf8');
const ANCHORS = 'x-a: &a {name: x}\nx-b: [*a, *a]\nx-c: {<<: *a}\n';
const TEXTS = [EXAMPLE, TEMPLATE, JSON.stringify(parse(EXAMPLE), null, 2), `${ANCHORS}${EXAMPLE}`];

const app = { secret: () => 'value' };

function check(text: string): void {
  const result = parseConfig(text);
  if (result.ok) {
    const { config, digest } = result.parsed;
    expect(JSON.parse(canonicalJson(config))).toEqual(JSON.parse(JSON.stringify(config)));
    expect(parseConfig(text)).toMatchObject({ ok: true, parsed: { digest } });
    for (const [path] of leaves(config, 'services')) expect(userKey(path) ?? path).toMatch(/./);
  } else {
    const lines = text.split('\n').length;
    expect(result.problems.length).toBeGreaterThan(0);
    expect(result.problems.length).toBeLessThanOrEqual(100);
    for (const { path, message, line = 0, column = 0 } of result.problems) {
      expect(message).not.toBe('');
      expect(path.length + message.length).toBeLessThan(1100);
      expect(line >= 1 && line <= lines && column >= 1, `${line}:${column} of ${lines}`).toBe(true);
    }
    expect(configError('x.yaml', result.problems)).toBeInstanceOf(UserError);
    expect(configError('x.yaml', result.problems).message).toContain('x.yaml:');
  }
  try {
    accepted(app, parseTask({ text, options: {}, variables: {} }));
  } catch (error) {
    expectRefusal(error, [InvalidConfig], /configuration has/);
  }
}

describe('a hostile configuration', () => {
  it('is refused at its place or read, whatever the text', async () => {
    await feed('configuration texts', 2500, mutated(...TEXTS), check);
  });

  it('is refused at its place or read, whatever the values and keys', async () => {
    const asText = fc.boolean();
    const documents = fc.tuple(mutatedDocument(parse(EXAMPLE)), asText);
    await feed('configuration documents', 1500, documents, ([document, isYaml]) =>
      check(isYaml ? stringify(document) : JSON.stringify(document)),
    );
  });
});
