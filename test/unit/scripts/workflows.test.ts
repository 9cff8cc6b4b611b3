import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = new URL('../../../', import.meta.url);
/** Our own, and those that people copy. */
const FOLDERS = ['.github/workflows', 'examples'];
const FILES = FOLDERS.flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, ROOT)).flatMap((file) => (/\.ya?ml$/.test(file) ? [`${folder}/${file}`] : [])),
);
const LEVEL = z.enum(['read', 'write', 'none']);
const Step = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  if: z.string().optional(),
  shell: z.enum(['bash', 'sh', 'pwsh']).optional(),
  'working-directory': z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
});
/** What these files use of https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax; a key of another spelling is refused. */
const Workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), LEVEL),
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean().optional() }).optional(),
  jobs: z.record(
    z.string(),
    z.strictObject({
      if: z.string().optional(),
      needs: z.string().optional(),
      environment: z.string().optional(),
      'runs-on': z.string(),
      'timeout-minutes': z.number().optional(),
      permissions: z.record(z.string(), LEVEL).optional(),
      steps: z.array(Step),
    }),
  ),
});

const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Where expressions may stand what: https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability */
const OF_STEPS = ['env', 'github', 'inputs', 'job', 'matrix', 'needs', 'runner', 'secrets', 'steps', 'vars'];
/** What anybody may write who opens a pull request; in a script it would be a part of the script. */
const FOREIGN = /github\.(event\.(pull_request\.(title|body|head\.(ref|label))|issue|comment|head_commit)|head_ref)/;

function expressionsIn(value: unknown): readonly string[] {
  return [...JSON.stringify(value).matchAll(/\$\{\{(.*?)\}\}/g)].map(([, text = '']) => text.trim());
}

describe.each(FILES)('the workflow %s', (file) => {
  const workflow = Workflow.parse(parse(readFileSync(new URL(file, ROOT), 'utf8')));
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('does in each step either one thing or the other, and names actions with their version', () => {
    expect(steps.filter(({ uses, run }) => (uses === undefined) === (run === undefined))).toEqual([]);
    expect(steps.filter(({ uses }) => uses !== undefined && !/@v\d+$/.test(uses))).toEqual([]);
    const ids = Object.values(workflow.jobs).map((job) => job.steps.flatMap(({ id }) => id ?? []));
    for (const own of ids) expect(new Set(own).size).toBe(own.length);
  });

  it('names contexts that there are, and outputs of steps that come before', () => {
    for (const expression of expressionsIn(workflow)) {
      expect(OF_STEPS).toContain(/^[a-z]+/.exec(expression)?.[0]);
    }
    for (const job of Object.values(workflow.jobs)) {
      job.steps.forEach((step, index) => {
        const before = job.steps.slice(0, index).flatMap(({ id }) => id ?? []);
        const named = expressionsIn(step).flatMap((text) => /^steps\.([\w-]+)/.exec(text)?.[1] ?? []);
        expect(named.filter((name) => !before.includes(name))).toEqual([]);
      });
    }
  });

  it('puts nothing that strangers write, and no expression at all, into a script', () => {
    for (const { run = '' } of steps) expect(expressionsIn(run)).toEqual([]);
    expect(expressionsIn(workflow).filter((text) => FOREIGN.test(text))).toEqual([]);
  });

  it('uses scripts that end with the first error', () => {
    // Without a shell GitHub takes bash, and no pipefail: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    expect(steps.filter(({ run = '', shell }) => /[^|]\|[^|]/.test(run) && shell === undefined)).toEqual([]);
  });

  it('runs what there is', () => {
    const commands = steps.map(({ run = '' }) => run).join('\n');
    for (const [, script = ''] of commands.matchAll(/npm run (\S+)/g)) expect(scripts).toHaveProperty(script);
    for (const [, path = ''] of commands.matchAll(/\bbash (\S+)/g))
      expect(existsSync(new URL(path, ROOT)), path).toBe(true);
  });

  it('waits for jobs that there are, and may write only where a job says so', () => {
    const needed = Object.values(workflow.jobs).flatMap(({ needs }) => needs ?? []);
    expect(needed.filter((name) => !(name in workflow.jobs))).toEqual([]);
    expect(Object.values(workflow.permissions)).not.toContain('write');
  });
});
