import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { files, importedFile, imports, nameOf } from './source-imports.ts';

const MODEL = ['shared', 'domain', 'resources'];
const STORES = [...MODEL, 'state', 'azure', 'source', 'telemetry'];
const STEP_ROOMS = ['preflight', 'planning', 'release', 'images', 'secrets'];

/** Which folders of src/ a folder may import, besides itself; the order is that of ARCHITECTURE.md, from the ground up. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  domain: ['shared'],
  text: ['shared', 'domain'],
  outbound: ['shared'],
  resources: ['shared', 'domain'],
  cost: ['shared', 'domain', 'resources'],
  telemetry: ['shared', 'outbound', 'domain'],
  state: ['shared', 'outbound', 'domain'],
  azure: ['shared', 'outbound', 'domain'],
  source: ['shared', 'outbound', 'domain'],
  logs: [...MODEL, 'azure'],
  init: ['shared', 'domain', 'source'],
  export: MODEL,
  install: ['shared', 'domain', 'resources'],
  runs: ['shared', 'domain', 'resources', 'state', 'telemetry'],
  engine: STORES,
  secrets: [...STORES, 'engine'],
  images: [...STORES, 'engine'],
  release: [...STORES, 'engine', 'secrets'],
  preflight: [...STORES, 'engine', 'secrets'],
  planning: [...STORES, 'cost', 'engine', 'preflight', 'release', 'images', 'secrets'],
  doctor: [...STORES, 'engine', 'preflight', 'planning', 'images'],
  perform: [...STORES, 'engine', ...STEP_ROOMS],
  activities: [...STORES, 'engine', ...STEP_ROOMS, 'perform'],
  orchestrators: ['domain'],
  triggers: ['shared', 'domain', 'text', 'state', 'runs'],
  // A browser's: it knows the product by its HTTP interface.
  page: [],
  runtime: ['shared', 'outbound'],
  simulator: ['shared'],
  cli: [
    ...STORES,
    'text',
    'outbound',
    'init',
    'install',
    'logs',
    'engine',
    'planning',
    'doctor',
    'export',
    'images',
    'release',
    'activities',
    'runs',
    'triggers',
    'runtime',
    'app.ts',
    'app-settings.ts',
    'functions-app.ts',
  ],
  'app.ts': ['shared', 'outbound', 'domain', 'engine', 'activities', 'orchestrators', 'triggers'],
  'app-settings.ts': ['shared', 'azure', 'state', 'runs', 'triggers'],
  'functions-app.ts': [
    ...STORES,
    'outbound',
    'engine',
    'planning',
    'activities',
    'runs',
    'triggers',
    'app-settings.ts',
  ],
  'azure-app.ts': ['shared', 'outbound', 'azure', 'app-settings.ts', 'functions-app.ts'],
  'main.ts': ['shared', 'triggers', 'app.ts', 'app-settings.ts', 'azure-app.ts'],
};

/** What may be different from one replay to the next. */
const NOT_IN_ORCHESTRATORS = /^node:|^@azure\/(?!functions$)|^ulid$|^uuid$/;
const MANAGEMENT_SDK = /^@azure\/(arm-|identity|keyvault|storage)|^@azure-rest\//;

/** The first part of a path below src/: a folder, or a file at the top. */
function layerOf(file: string): string {
  return nameOf(file).split('/')[0] ?? '';
}

describe('the layers', () => {
  it('import only what lies below them', () => {
    const wrong = imports.filter((one) => {
      const target = importedFile(one);
      const layer = layerOf(one.file);
      return target && layerOf(target) !== layer && !(MAY_IMPORT[layer] ?? []).includes(layerOf(target));
    });
    expect(wrong.map(({ file, from }) => `${nameOf(file)} imports ${from}`)).toEqual([]);
  });

  it('keep orchestrators free of clocks, randomness, Node and Azure', () => {
    const wrong = imports.filter(
      ({ file, from }) => layerOf(file) === 'orchestrators' && NOT_IN_ORCHESTRATORS.test(from),
    );
    const clocks = files.filter(
      (file) =>
        layerOf(file) === 'orchestrators' &&
        /Date\.now|new Date\(\)|Math\.random|performance\./.test(readFileSync(file, 'utf8')),
    );
    expect([...wrong, ...clocks]).toEqual([]);
  });

  it('keep the Azure management packages in one folder', () => {
    const wrong = imports.filter(
      ({ file, from }) =>
        MANAGEMENT_SDK.test(from) && !['azure', 'state', 'runtime', 'outbound'].includes(layerOf(file)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the files', () => {
  it('import by the full name of the file', () => {
    const wrong = imports.filter(({ from }) => from.startsWith('.') && !/\.(tsx?|json|css)$/.test(from));
    expect(wrong).toEqual([]);
  });
});
