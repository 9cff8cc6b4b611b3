import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../../src/domain/config/document/document.ts';
import type { Draft } from '../../../../src/init/draft.ts';
import { configurationText } from '../../../../src/init/write/configuration-text.ts';
import type { Json, JsonObject } from '../../../../src/shared/json.ts';

const DRAFT: Draft = {
  config: {
    interpolate: true,
    azure: { location: 'eastus' },
    services: {
      web: { build: './web', command: ['npm', 'start'], env: { VERSION: '1.10', ON: 'yes', TAG: '${TAG:-1}' } },
      api: { image: 'api:1', sidecars: [{ name: 'log', image: 'log:1' }] },
    },
  },
  comments: [
    { path: ['azure', 'location'], text: 'the region' },
    { path: ['services', 'api', 'sidecars', 0], text: 'beside it\nin two lines' },
  ],
  leftovers: [
    { file: 'compose.yaml', line: 3, key: 'networks.back', text: 'there is one network' },
    {
      file: 'compose.yaml',
      line: 9,
      key: 'services.web.tty',
      text: 'there is no terminal',
      path: ['services', 'web', 'tty'],
    },
  ],
  choices: [],
};

describe('the text of a proposed configuration', () => {
  it('has what editors read, comments at their places, and what did not come over at its place and at the end', () => {
    const text = configurationText(DRAFT, { schema: './config.schema.json', lines: ['Made by init.'] });
    expect(text).toBe(`# yaml-language-server: $schema=./config.schema.json
# Made by init.
# networks.back: there is one network

interpolate: true

azure:
  # the region
  location: eastus

services:
  # services.web.tty: there is no terminal
  web:
    build: ./web
    command: [ npm, start ]
    env:
      VERSION: "1.10"
      "ON": "yes"
      TAG: \${TAG:-1}
  api:
    image: api:1
    sidecars:
      # beside it
      # in two lines
      - name: log
        image: log:1

# 2 things did not come over, or came over changed:
# - compose.yaml:3 networks.back: there is one network
# - compose.yaml:9 services.web.tty: there is no terminal
`);
  });

  it('says nothing of leftovers where there are none', () => {
    const text = configurationText({ ...DRAFT, comments: [], leftovers: [] }, { lines: [] });
    expect(text.startsWith('interpolate: true')).toBe(true);
    expect(text).not.toContain('#');
  });

  const value = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('${A}', '1.10', '0755', 'null', '~', 'a: b', '# x', '- a', ' x\n\ty ', '<<', ''),
      ),
      fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('json'), { maxKeys: 4 }),
    ),
  })).json;
  const path = fc.array(fc.oneof(fc.string(), fc.nat(3)), { maxLength: 4 });
  const drafts = fc
    .record({
      config: fc.dictionary(fc.stringMatching(/^[a-z_]{1,9}$/), value, { minKeys: 1, maxKeys: 5 }),
      paths: fc.array(path, { maxLength: 6 }),
      text: fc.string({ unit: 'binary' }),
    })
    .map(({ config, paths, text }): Draft => {
      // Paths that lead somewhere as well as any.
      const own = Object.entries(config).flatMap(([key, member]) => [[key], [key, 0], [key, ...firstKeys(member)]]);
      const all = [...paths, ...own];
      return {
        config: config as JsonObject,
        comments: all.map((one) => ({ path: one, text: `first ${text}` })),
        leftovers: all.map((one, index) => ({
          file: 'f',
          line: index,
          key: text,
          text,
          ...(index % 2 === 0 && { path: one }),
        })),
        choices: [],
      };
    });

  it('says what the draft says, whatever the texts are', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const text = configurationText(draft, { lines: [...draft.leftovers.map((one) => one.text)] });
        const read = readDocument(text);
        if (!read.ok) {
          // Keys that no configuration has, such as empty ones, are refused whoever wrote them.
          expect(read.problems.map(({ message }) => message).join()).not.toMatch(/not valid YAML/);
          return;
        }
        expect(read.document.value).toEqual(draft.config);
      }),
      { numRuns: 300 },
    );
  });
});

function firstKeys(value: Json): readonly (string | number)[] {
  if (typeof value !== 'object' || value === null) return [];
  const [key] = Object.keys(value);
  return key === undefined ? [] : [Array.isArray(value) ? Number(key) : key];
}
