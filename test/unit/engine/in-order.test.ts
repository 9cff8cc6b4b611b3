import { describe, expect, it } from 'vitest';
import type { ServiceConfig } from '../../../src/domain/config/model.ts';
import { inOrder } from '../../../src/engine/in-order.ts';
import type { Waiting } from '../../../src/engine/waiting/waiting.ts';

const service = (key: string, ...dependsOn: string[]): ServiceConfig =>
  ({ key, dependsOn }) as unknown as ServiceConfig;
const services = [service('worker', 'api', 'elsewhere'), service('api', 'db'), service('db'), service('other')];
const waiting: Waiting = { kind: 'waiting', retryAfterInSeconds: 1, on: 'it' };

describe('services that depend on others', () => {
  it('are written once each, after those, and answered in the order of the file', async () => {
    const begun: string[] = [];
    const results = await inOrder(services, async ({ key }) => {
      begun.push(key);
      return key;
    });
    expect(results).toEqual(['worker', 'api', 'db', 'other']);
    expect([...begun].sort()).toEqual(['api', 'db', 'other', 'worker']);
    expect(begun.indexOf('db')).toBeLessThan(begun.indexOf('api'));
    expect(begun.indexOf('api')).toBeLessThan(begun.indexOf('worker'));
  });

  it('are not written while what they depend on is waited for, directly or not', async () => {
    const results = await inOrder<ServiceConfig, string>(services, async ({ key }) => (key === 'db' ? waiting : key));
    expect(results).toEqual([undefined, undefined, waiting, 'other']);
  });

  it('are not written where the write of what they depend on fails, which is what is told', async () => {
    const begun: string[] = [];
    const write = async ({ key }: ServiceConfig): Promise<string> => {
      begun.push(key);
      if (key === 'db') throw new Error('no db');
      return key;
    };
    await expect(inOrder(services, write)).rejects.toThrow('no db');
    expect(begun).not.toContain('api');
    expect(begun).toContain('other');
  });
});
