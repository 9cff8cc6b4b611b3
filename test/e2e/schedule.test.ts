import { describe, expect, it } from 'vitest';
import { createSandbox } from '../helpers/cli.ts';

interface Operation {
  readonly resourceId: string;
  readonly kind: string;
  readonly startedAt: string;
  readonly endsAt: string;
}

interface Interval {
  readonly start: number;
  readonly end: number;
}

describe('at the pace of Azure', () => {
  it('no operation waits for an unrelated one, and the plan tells the path that decides the length', async () => {
    const sandbox = await createSandbox();
    const result = await sandbox.run([
      '--config',
      'app/config.yaml',
      '--simulate',
      '--simulator-speed',
      '100',
      '--auto-approve',
    ]);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout).toMatch(
      /Longest path, about .*: check_prerequisites → create_resource_group → create_databases → store_secrets/,
    );
    const lines = result.stdout.split('\n').map((line) => line.replace(/^\d{4}-[\dT:-]+Z /, ''));
    expect(lines.length).toBeLessThan(80);
    expect(lines.filter((line, index) => line !== '' && lines.indexOf(line) !== index)).toEqual([]);
    const cloud = JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as {
      operations: Record<string, Operation>;
      registries: Record<string, { runs: readonly { createdAt: string; endsAt: string }[] }>;
    };
    const operations = Object.values(cloud.operations);
    const of = (pattern: RegExp): Interval => {
      const found = operations.find(({ resourceId, kind }) => kind === 'create' && pattern.test(resourceId));
      if (!found) throw new Error(`no operation on ${pattern}`);
      return { start: Date.parse(found.startedAt), end: Date.parse(found.endsAt) };
    };
    const postgres = of(/flexibleServers\/[^/]+$/i);
    const redis = of(/redisEnterprise\/[^/]+$/i);
    const vault = of(/vaults\/[^/]+$/i);
    const registry = of(/registries\/[^/]+$/i);
    const workspace = of(/workspaces\/[^/]+$/i);
    const environment = of(/managedEnvironments\/[^/]+$/i);
    const databases: Interval = {
      start: Math.min(postgres.start, redis.start),
      end: Math.max(postgres.end, redis.end),
    };
    const overlap = (a: Interval, b: Interval): boolean => a.start < b.end && b.start < a.end;
    // Steps 3, 4, 5 and 6 begin together; the two databases are made at the same time.
    for (const other of [vault, registry, workspace, redis]) expect(overlap(postgres, other)).toBe(true);
    // 3 → 8 and 4 → 9 go on while the databases are still being made.
    expect(overlap(environment, databases)).toBe(true);
    const builds = Object.values(cloud.registries).flatMap(({ runs }) =>
      runs.map(({ createdAt, endsAt }): Interval => ({ start: Date.parse(createdAt), end: Date.parse(endsAt) })),
    );
    expect(builds).toHaveLength(5);
    for (const build of builds) {
      expect(overlap(build, databases)).toBe(true);
      // Images are built side by side.
      for (const other of builds) expect(overlap(build, other)).toBe(true);
    }
    // Its vault and the server come before RabbitMQ, which waits for no Redis; what reads all their secrets waits for that too.
    const rabbitmq = of(/containerApps\/rabbitmq$/i);
    expect(rabbitmq.start).toBeGreaterThanOrEqual(Math.max(vault.end, environment.end, postgres.end));
    const [firewall, redisDatabase] = [of(/firewallRules\/[^/]+$/i), of(/redisEnterprise\/[^/]+\/databases\/[^/]+$/i)];
    const secretsKnown = Math.max(databases.end, firewall.end, redisDatabase.end);
    expect(of(/jobs\/[^/]+-migrate$/i).start).toBeGreaterThanOrEqual(secretsKnown);
  });
});
