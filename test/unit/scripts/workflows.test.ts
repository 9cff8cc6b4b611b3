import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = new URL('../../../', import.meta.url);
const FOLDER = new URL('.github/workflows/', ROOT);
const LEVEL = z.enum(['read', 'write', 'none']);
const Step = z.strictObject({
  name: z.string().optional(),
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
  concurrency: z.strictObject({ group: z.string() }).optional(),
  jobs: z.record(
    z.string(),
    z.strictObject({
      needs: z.string().optional(),
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

describe.each(readdirSync(FOLDER))('the workflow %s', (file) => {
  const workflow = Workflow.parse(parse(readFileSync(new URL(file, FOLDER), 'utf8')));
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('does in each step either one thing or the other, and names actions with their version', () => {
    expect(steps.filter(({ uses, run }) => (uses === undefined) === (run === undefined))).toEqual([]);
    expect(steps.filter(({ uses }) => uses !== undefined && !/@v\d+$/.test(uses))).toEqual([]);
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
