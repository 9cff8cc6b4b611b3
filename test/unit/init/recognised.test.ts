import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { recognised } from '../../../src/init/recognised.ts';

const fixture = (path: string): string => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');
const TEMPLATE = fixture('configs/draftgenie.template.yaml');
const OURS = 'azure: { location: eastus }\nkey_vault: {}\n';

it.each([
  ['the original template', TEMPLATE, 'original'],
  ['it with a key of ours', `${TEMPLATE}\ninterpolate: true\n`, 'own'],
  ['it with a service of ours', TEMPLATE.replace('services:', 'services:\n  w: { build: . }'), 'own'],
  ['ours', fixture('applications/polls/draftgenie.yaml'), 'own'],
  ['ours with images', `${OURS}services: { a: { image: x } }`, 'own'],
  ['compose', 'services: { web: { build: . } }', 'compose'],
  ['compose of version 3', 'version: "3"\nservices: { web: { ports: ["80:80"] } }', 'compose'],
  ['compose of includes', 'include: [a.yaml]', 'compose'],
  ['half a configuration', 'services: { web: { port: 80 } }', 'other'],
  ['a list', '- a', 'other'],
  ['no YAML', 'a: [', 'other'],
  ['nothing', '', 'other'],
])('%s', (_, text, kind) => {
  expect(recognised(text)).toBe(kind);
});
