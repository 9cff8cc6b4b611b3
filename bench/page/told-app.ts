import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { RunView } from '../../src/domain/api/views.ts';
import { STEPS } from '../../src/domain/steps.ts';

export const RUN_ID = 'bench-01JH0000000000000000000000';
const AT = '2026-03-01T09:00:00Z';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

export interface ToldApp {
  readonly url: string;
  /** Tells so many events more, in one piece. */
  tell(count: number): void;
  stop(): void;
}

/** The built page on an app with one run under way, which tells what it is asked to. */
export async function tellingApp(dist: string): Promise<ToldApp> {
  let told = 0;
  let stream: ServerResponse | undefined;
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/^\/api\//, '').split('?')[0] ?? '';
    if (path === 'ui' || path.startsWith('ui/')) return await sendPage(dist, path.slice(3) || 'page.html', response);
    if (path === `deployments/${RUN_ID}/events`) {
      stream = response;
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    }
    const body = path === `deployments/${RUN_ID}` ? runUnderWay() : { environments: ['bench'] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tell(count) {
      const lines = Array.from({ length: count }, () => {
        told += 1;
        return `id: ${told}\ndata: ${JSON.stringify(line(told))}\n\n`;
      });
      stream?.write(lines.join(''));
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A line of a build, as long as they are as a rule. */
function line(number: number) {
  const message = `#${number} [builder 7/12] RUN npm ci --omit=dev --no-audit: added package ${number} of many`;
  return {
    ...{ id: `log/${number}`, runId: RUN_ID, environment: 'bench', at: AT, type: 'log', service: 'web', message },
    level: number % 50 === 0 ? 'warning' : 'info',
  };
}

function runUnderWay(): RunView {
  return {
    ...{ runId: RUN_ID, environment: 'bench', status: 'running', startedAt: AT, finishedAt: null, durationInMs: 0 },
    ...{ executed: [], skipped: [], failed: [], requestedBy: 'bench', work: 'deploy', trigger: 'http', place: null },
    ...{ cancelRequested: false, plan: null, pendingApproval: null, decisions: [], removals: [], error: null },
    steps: STEPS.map(({ name, number, title, dependsOn, typicalSeconds }) => ({
      ...{ step: name, number, title, after: [...dependsOn], typicalInSeconds: typicalSeconds, reason: null },
      status: number === 1 ? ('running' as const) : ('pending' as const),
      ...{ startedAt: number === 1 ? AT : null, finishedAt: null, durationInMs: null, attempts: 0, waitingFor: null },
      ...{ checks: [], error: null },
    })),
    addresses: {},
    links: { self: '', events: '', approval: '', cancel: '' },
  };
}

async function sendPage(dist: string, name: string, response: ServerResponse): Promise<void> {
  const text = await readFile(join(dist, 'page', name), 'utf8');
  const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'image/svg+xml';
  response.writeHead(200, { 'content-type': type }).end(text.replaceAll('{base}', '/api/'));
}
