import { execFile } from 'node:child_process';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { STEP_NAMES } from '../../../src/domain/steps.ts';
import { loadFunctions } from '../../../src/runtime/worker.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the bundle of the Functions app', () => {
  it('loads without node_modules and registers every function', async () => {
    const directory = await tempDirectory();
    await run(process.execPath, ['scripts/build.ts', join(directory, 'dist')], { cwd: ROOT });
    await cp(join(ROOT, 'package.json'), join(directory, 'package.json'));
    const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { main: string };
    vi.stubEnv('DEPLOYMENT_STORAGE', 'UseDevelopmentStorage=true');
    const worker = await loadFunctions(async () => {
      await import(join(directory, manifest.main));
    });
    const names = worker.functions().map(({ metadata }) => metadata.name);
    expect(names.sort()).toEqual(['close_run', 'deploy', 'open_run', 'run_schedule', 'run_step', ...STEP_NAMES].sort());
    const triggers = worker.functions().map(({ metadata }) => Object.values(metadata.bindings).map(({ type }) => type));
    expect(new Set(triggers.flat())).toEqual(new Set(['activityTrigger', 'orchestrationTrigger']));
    const bundle = await readFile(join(directory, 'dist/main.js'), 'utf8');
    expect(bundle).not.toContain('Azure simulator authority');
    expect(bundle).not.toContain('commander');
    await rm(join(directory, 'dist/main.js.map'));
  });
});
