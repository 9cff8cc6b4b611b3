import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bash } from '../../helpers/action/github-job.ts';
import { follow } from '../../helpers/cli/follow.ts';
import { runCli } from '../../helpers/cli.ts';
import { lossyFront } from '../../helpers/http/lossy-front.ts';
import { type ServedApp, serve } from '../../helpers/http/served-app.ts';
import { shellBlocks } from '../../helpers/pages/shell-blocks.ts';
import { PREBUILT_CONFIG } from '../../helpers/prebuilt-config.ts';
import { tempDirectory } from '../../helpers/temp.ts';
import { eventually } from '../../helpers/wait.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/draftgenie', import.meta.url));
const [RECIPE = ''] = shellBlocks('ci.md');
/** What else a pipeline may have set. */
const SHELLS = { bash: ['bash', '-euo', 'pipefail'], dash: ['dash'] } as const;

/** The recipe as it stands in the documentation, in a pipeline of its own. */
async function pipeline(app: Pick<ServedApp, 'url' | 'key'>) {
  const workspace = await tempDirectory();
  const sources = join(workspace, 'sources');
  const env = { DEPLOY_URL: app.url, DEPLOY_KEY: app.key, SOURCES: EXAMPLE, CONFIG: 'config.yaml' };
  let builds = 0;
  return {
    workspace,
    sources,
    async run(
      shell: keyof typeof SHELLS,
      config: string,
      changed: Readonly<Record<string, string>> = {},
      script = RECIPE,
    ) {
      builds += 1;
      await writeFile(join(workspace, 'config.yaml'), config);
      const variables = { ...env, BUILD_ID: `build-${builds}`, ...changed };
      return await bash(script, workspace, variables, undefined, SHELLS[shell]);
    },
  };
}

/** Whose images are all ready-made: the documentation says what is left out then. */
const WITHOUT_SOURCES = RECIPE.replace(/# Sources are[\s\S]*?\nfi\n/, '').replace('&source=sha256:$sha', '');

describe('the recipe for pipelines that have curl', () => {
  it('deploys with sources, tells progress, warnings and where it is, and starts nothing twice', async () => {
    const app = await serve();
    const { run, workspace } = await pipeline(app);
    // Whoever looks at the processes sees what curl was called with.
    await writeFile(
      join(workspace, 'curl'),
      `#!/bin/sh\nprintf '%s\\n' "$*" >> '${workspace}/calls'\nPATH=\${PATH#*:} exec curl "$@"\n`,
    );
    await chmod(join(workspace, 'curl'), 0o755);
    const example = await readFile(join(EXAMPLE, 'config.yaml'), 'utf8');
    const first = await run('dash', example, {}, `PATH=$PWD:$PATH\n${RECIPE}`);
    expect(first.exitCode, first.output).toBe(0);
    expect(first.output).toMatch(/^Plan: 14 to run/m);
    expect(first.output).toMatch(/^\S+Z ✓ 14\/14 verify_deployment completed in /m);
    expect(first.output).toMatch(/^⚠ PostgreSQL is open .*\[postgresql_open\]$/m);
    expect(first.output).toMatch(/^ {2}\S+: https:\/\/\S+$/m);
    const lines = first.output.split('\n').filter((line) => /Z [▶✓]/.test(line));
    expect(lines).toEqual([...new Set(lines)]);
    const calls = await readFile(join(workspace, 'calls'), 'utf8');
    expect(calls).toContain('/api/sources');
    for (const secret of [app.key, 'sig=']) expect(calls).not.toContain(secret);

    const again = await run('bash', example, { BUILD_ID: 'build-1', GITHUB_ACTIONS: 'true' });
    expect(again.exitCode, again.output).toBe(0);
    expect(again.output).toMatch(/^::warning::PostgreSQL is open .*\[postgresql_open\]$/m);
    const other = await run('dash', example.replace('min_replicas: 1', 'min_replicas: 2'), { BUILD_ID: 'build-1' });
    expect([other.exitCode, other.output]).toEqual([64, expect.stringContaining('error: key_reused')]);
    const { body } = await app.request('GET', '/api/environments/production/deployments');
    expect(body).toMatchObject({ runs: [{ status: 'succeeded' }], next: null });
  });

  it('says what is wrong with a configuration, who is not let in, and why a run failed', async () => {
    const { run } = await pipeline(await serve());
    const wrong = PREBUILT_CONFIG.replace('redis: {}', 'redis: { sku: Huge }\npostgres: {}');
    const invalid = await run('dash', wrong, {}, WITHOUT_SOURCES);
    expect(invalid.exitCode, invalid.output).toBe(64);
    expect(invalid.output).toMatch(/^config\.yaml:7:\d+: error: redis\.sku: /m);
    expect(invalid.output).toMatch(/^✗ The configuration has 2 problems\.\n.*\n? {2}error: config_invalid$/m);
    const annotated = await run('bash', wrong, { GITHUB_ACTIONS: 'true' }, WITHOUT_SOURCES);
    expect(annotated.exitCode, annotated.output).toBe(64);
    expect(annotated.output).toMatch(/^::error file=config\.yaml,line=7,col=\d+::redis\.sku: /m);
    expect(annotated.output).toMatch(/^::error file=config\.yaml,line=8,col=1::postgres: /m);

    const stranger = await run('dash', PREBUILT_CONFIG, { DEPLOY_KEY: 'wr0ng' }, WITHOUT_SOURCES);
    expect([stranger.exitCode, stranger.output]).toEqual([1, expect.stringMatching(/^✗ http:\S+ answered 401\.\n$/)]);
    const nowhere = await run('bash', PREBUILT_CONFIG.replace('westeurope', 'atlantis'), {}, WITHOUT_SOURCES);
    expect(nowhere.exitCode, nowhere.output).toBe(1);
    expect(nowhere.output).toMatch(/^\S+Z ✗ .*atlantis/m);
    expect(nowhere.output).toMatch(/^✗ [a-z_]+: .*atlantis/m);
    const unsourced = await run('dash', await readFile(join(EXAMPLE, 'config.yaml'), 'utf8'), {}, WITHOUT_SOURCES);
    expect([unsourced.exitCode, unsourced.output]).toEqual([64, expect.stringContaining('error: source_missing')]);
  });

  it('goes on after every answer that was lost, waits for an approval, and says by which command', async () => {
    const app = await serve();
    const front = await lossyFront(app.url);
    const { run, workspace } = await pipeline({ ...app, url: front.url });
    const asking = WITHOUT_SOURCES.replace('?autoApprove=true', '');
    const waiting = run('dash', PREBUILT_CONFIG, {}, `exec > log 2>&1\n${asking}`);
    const told = await eventually(async () => {
      const log = await readFile(join(workspace, 'log'), 'utf8').catch(() => '');
      return log.includes('Waits for approval: ') ? log : undefined;
    });
    // Meanwhile the environment is somebody's.
    const second = await run('bash', PREBUILT_CONFIG, { DEPLOY_URL: app.url }, WITHOUT_SOURCES);
    const approved = await follow('text/run-text: approve --plan', told, (words) =>
      runCli(workspace, words, { env: { DRAFTGENIE_KEY: app.key } }),
    );
    expect(approved.exitCode, approved.stderr).toBe(0);
    const { exitCode } = await waiting;
    const log = await readFile(join(workspace, 'log'), 'utf8');
    expect(exitCode, log).toBe(0);
    expect(log.match(/Waits for approval/g)).toHaveLength(1);
    expect(second.exitCode, second.output).toBe(0);
    expect([...front.lost]).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^POST .*production\/deployments/),
        expect.stringMatching(/events$/),
      ]),
    );
    const { body } = await app.request('GET', '/api/environments/production/deployments');
    expect((body as { runs: unknown[] }).runs).toHaveLength(2);
  });
});
