import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { EnvironmentView } from '../../../src/domain/api/views.ts';
import { bash, job } from '../../helpers/action/github-job.ts';
import { type ServedApp, serve } from '../../helpers/http/served-app.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/github-pull-request.yml', import.meta.url));
const CONFIG = `azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
services: { web: { image: "nginx:1.27", port: 80, ingress: external } }
environments: { staging: { services: { web: { env: { LEVEL: debug } } } } }
`;

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: { readonly pull_request: { readonly types: readonly string[] }; readonly schedule: readonly object[] };
  readonly jobs: Readonly<
    Record<'deploy' | 'destroy' | 'reap', { readonly if: string; readonly steps: readonly Step[] }>
  >;
}

const workflow = parse(await readFile(EXAMPLE, 'utf8')) as Workflow;
const OF_ACTION = /\/draftgenie-deploy@/;

/** As the runner fills expressions in; one that is not known fails the test. */
function filled(text: string, context: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{\s*(.+?)\s*\}\}/g, (_, name: string) => {
    const value = context[name];
    if (value === undefined) throw new Error(`the workflow asks for ${name}`);
    return value;
  });
}

/** The step of a job that is the action, and those after it, on a runner whose `gh` writes down what it is asked. */
async function pullRequest(app: ServedApp) {
  const { run, workspace } = await job(app);
  await writeFile(join(workspace, 'config.yaml'), CONFIG);
  const [bin, summary, asked] = ['gh', 'summary.md', 'asked.txt'].map((name) => join(workspace, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(bin, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${asked}'\n`, { mode: 0o755 });
  const context = {
    'vars.DEPLOYER_URL': app.url,
    'secrets.DEPLOYER_KEY': app.key,
    'github.event.number': '7',
    'github.repository': 'team/shop',
    'github.token': 't0ken',
  };
  return {
    async job(name: keyof Workflow['jobs']) {
      const { steps } = workflow.jobs[name];
      const action = steps.find(({ uses = '' }) => OF_ACTION.test(uses));
      const inputs = Object.entries(action?.with ?? {}).map(([input, text]) => [input, filled(text, context)]);
      const result = await run({ source: '', ...Object.fromEntries(inputs) });
      const outputs = Object.entries(result.outputs).map(([key, value]) => [`steps.deploy.outputs.${key}`, value]);
      for (const { run: script = '', env = {} } of result.exitCode === 0 ? steps.filter((one) => one.run) : []) {
        const values = Object.entries(env).map(([key, text]) => [
          key,
          filled(text, { ...context, ...Object.fromEntries(outputs) }),
        ]);
        const settings = { ...Object.fromEntries(values), GITHUB_STEP_SUMMARY: summary, BASH_ENV: '' };
        const told = await bash(`PATH="$PWD:$PATH"\n${script}`, workspace, settings);
        expect(told.exitCode, told.output).toBe(0);
      }
      return result;
    },
    comment: async () => [await readFile(asked, 'utf8'), await readFile(join(workspace, 'comment.md'), 'utf8')],
  };
}

async function shown(app: ServedApp): Promise<EnvironmentView> {
  return (await app.request('GET', '/api/environments/pr-7')).body as EnvironmentView;
}

describe('the workflow for pull requests', () => {
  it('does one of three things, each for its events, and nothing for forks', () => {
    const { deploy, destroy, reap } = workflow.jobs;
    expect(workflow.on.pull_request.types).toEqual(['opened', 'synchronize', 'reopened', 'closed']);
    expect([deploy.if, destroy.if]).toEqual([
      expect.stringContaining("github.event.action != 'closed'"),
      expect.stringContaining("github.event.action == 'closed'"),
    ]);
    for (const one of [deploy, destroy])
      expect(one.if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
    expect(reap.if).toBe("github.event_name == 'schedule'");
  });

  it('makes an environment like staging, updates it, says where it is and until when, and deletes it when it is closed', async () => {
    const app = await serve();
    const request = await pullRequest(app);
    const opened = await request.job('deploy');
    expect(opened.exitCode, opened.log).toBe(0);
    const { from, expires, addresses, resourceGroup } = await shown(app);
    expect([from, resourceGroup]).toEqual(['staging', 'shop-rg-pr-7']);
    expect(opened.outputs).toMatchObject({
      status: 'succeeded',
      expires: expires?.at,
      addresses: `web: ${addresses.web}`,
    });
    expect(opened.summary).toContain(`Expires at ${expires?.at}`);
    const [asked = '', comment = ''] = await request.comment();
    expect(asked).toBe('pr comment 7 --repo team/shop --edit-last --create-if-none --body-file comment.md\n');
    expect(comment).toBe(`**pr-7** is deployed until ${expires?.at}.\n\nweb: ${addresses.web}\n`);

    const pushed = await request.job('deploy');
    expect(pushed.outputs).toMatchObject({ status: 'succeeded', changed: 'false' });
    expect(Date.parse(pushed.outputs.expires ?? '')).toBeGreaterThan(Date.parse(expires?.at ?? ''));

    const looked = await request.job('reap');
    expect([looked.exitCode, looked.summary]).toEqual([
      0,
      expect.stringMatching(/\| pr-7 \| \S+ \| ahead \| github-actions \(by key\) \|/),
    ]);

    const closed = await request.job('destroy');
    expect(closed.exitCode, closed.log).toBe(0);
    expect(closed.outputs).toMatchObject({ status: 'succeeded', changed: 'true', expires: '' });
    expect(closed.summary).toMatch(/### Deletion of pr-7: succeeded[\s\S]*\| resource-group \| ✅ completed \|/);
    expect(await shown(app)).toMatchObject({ expires: null, closed: { keptData: false }, resources: [] });
    const again = await request.job('destroy');
    expect([again.exitCode, again.log]).toEqual([0, expect.stringContaining('Nothing is deployed to pr-7.')]);
    expect((await request.job('reap')).summary).toContain('No environment expires');
  });
});
