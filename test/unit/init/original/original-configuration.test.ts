import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InvalidConfig } from '../../../../src/domain/config/invalid-config.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { originalConfiguration } from '../../../../src/init/original/original-configuration.ts';

const TEMPLATE = readFileSync(
  new URL('../../../fixtures/configs/draftgenie.template.yaml', import.meta.url),
  'utf8',
).replace('gemini_api_key: ""', 'gemini_api_key: "env:GEMINI_API_KEY"');

function digest(text: string): string {
  const result = parseConfig(text, { allowUnknownKeys: true });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.digest;
}

const converted = (text: string) => originalConfiguration(text, 'config.yaml', ['Head.']);

describe('the original configuration', () => {
  it('is the same afterwards, line by line, with a heading, variables and what may not be meant', () => {
    const { text, leftovers } = converted(TEMPLATE);
    expect(digest(text)).toBe(digest(TEMPLATE));
    expect(text.startsWith('# Head.\n\ninterpolate: true\n\n# DraftGenie Azure')).toBe(true);
    expect(text).toMatch(/\n {2}# mongodb\.connection_url: is empty: .*\n {2}connection_url: ""\n/);
    const added = text.split('\n').filter((line) => !TEMPLATE.split('\n').includes(line));
    expect(added.length).toBe(2 + leftovers.length);
  });

  it('is not filled in where that would change what it says', () => {
    const source = TEMPLATE.replace('Owner: ""', 'Owner: "costs $$5"');
    const { text } = converted(source);
    expect(text).not.toContain('interpolate');
    expect(digest(text)).toBe(digest(source));
  });

  it('keeps its directives first, and comments out of texts', () => {
    const source = `%YAML 1.2\n---\n${TEMPLATE.replace('Owner: ""', 'Owner: "a\n\n    b", Azure-X: c').replace('tags:', 'tags: {').replace('"a\n\n    b", Azure-X: c', '"a\n\n    b", Azure-X: c }')}`;
    const flow = source
      .replace('Environment: "production"', 'Environment: "production",')
      .replace('Project: "DraftGenie"', 'Project: "DraftGenie",')
      .replace('ManagedBy: "deployment-script"', 'ManagedBy: "deployment-script",');
    const { text, leftovers } = converted(flow);
    expect(leftovers.some(({ key }) => key === 'tags.Azure-X')).toBe(true);
    expect(text.startsWith('%YAML 1.2\n---\n# Head.\n')).toBe(true);
    expect(digest(text)).toBe(digest(flow));
  });

  it('that is wrong is refused with its places', () => {
    expect(() => converted(TEMPLATE.replace('location: "eastus"', 'location: 5'))).toThrow(InvalidConfig);
  });
});
