import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import type { SimulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { APP, type LoggingApp, loggingApp } from './logging-app.ts';

interface FollowedStream {
  next(): Promise<string | undefined>;
}

/** A stream line by line, as it comes. */
async function followed({ simulator }: SimulatedClients, address: string, token: string): Promise<FollowedStream> {
  const url = new URL(address);
  const asked = request({
    host: '127.0.0.1',
    port: simulator.port,
    servername: url.host,
    ca: simulator.caCertificate,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, authorization: `Bearer ${token}` },
  }).end();
  onTestFinished(() => void asked.destroy());
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await lines.next();
      return done ? undefined : String(value);
    },
  };
}

interface Console {
  readonly endpoint: string;
  readonly token: string;
  readonly revision: string;
}

async function consoleOf(app: LoggingApp, made: JsonObject): Promise<Console> {
  const revision = String(jsonAt(made, 'properties.latestRevisionName'));
  const replicas = await app.clients.arm('GET', `${APP}/revisions/${revision}/replicas`);
  const [replica] = replicas.body.value as JsonObject[];
  const [container] = jsonAt(replica ?? {}, 'properties.containers') as JsonObject[];
  const { body } = await app.clients.arm('POST', `${APP}/getAuthToken`);
  return {
    endpoint: String(container?.logStreamEndpoint),
    token: String(jsonAt(body, 'properties.token')),
    revision,
  };
}

const text = (line: string | undefined) => line?.replace(/^\S+ +/, '');

describe('the console of a replica', () => {
  it('can be followed for as long as the replica is there', async () => {
    const app = await loggingApp('none', { profile: 'instant' });
    const { endpoint, token, revision } = await consoleOf(app, await app.put());
    const stream = await followed(app.clients, `${endpoint}?follow=true&tailLines=1`, token);
    expect([text(await stream.next()), text(await stream.next()), text(await stream.next())]).toEqual([
      "Connecting to the container 'app'...",
      expect.stringContaining(`Successfully Connected to container: 'app' [Revision: '${revision}', Replica: '`),
      'stdout F listening on port 8080',
    ]);
    app.clients.simulator.speak({ app: 'api', lines: ['one', 'two'], stream: 'stderr' });
    expect([text(await stream.next()), text(await stream.next())]).toEqual(['stderr F one', 'stderr F two']);
    app.clients.simulator.speak({ app: 'api', lines: ['two'] });
    expect(text(await stream.next())).toBe('stdout F two');
    await app.clients.arm('POST', `${APP}/revisions/${revision}/deactivate`);
    expect(await stream.next()).toBeUndefined();
    expect((await app.clients.send('GET', endpoint, { token })).status).toBe(404);
  });

  it('is of that replica and container alone', async () => {
    const app = await loggingApp('none', { profile: 'instant' });
    const containers = ['app', 'side'].map((name) => ({ name, image: `ghcr.io/org/${name}:1` }));
    const { endpoint, token } = await consoleOf(app, await app.put({ containers, scale: { minReplicas: 2 } }));
    app.clients.simulator.speak({ app: 'api', lines: ['of the side'], container: 'side' });
    const ask = async (address: string) => (await app.clients.send('GET', address, { token })).text;
    expect(await ask(endpoint)).not.toContain('of the side');
    expect(await ask(endpoint.replace('/containers/app/', '/containers/side/'))).toContain('of the side');
    const other = endpoint.replace(/replicas\/[^/]+/, 'replicas/api--other');
    expect((await app.clients.send('GET', other, { token })).status).toBe(404);
  });

  it('is read with a token that is good for an hour and for one app, by who may ask for it', async () => {
    const app = await loggingApp('none');
    const { endpoint, token } = await consoleOf(app, await app.put());
    expect((await app.clients.send('GET', endpoint, { token })).status).toBe(200);
    app.clients.simulator.behave({ deployerRoles: { [app.clients.group]: ['Reader'] } });
    const refused = await app.clients.arm('POST', `${APP}/getAuthToken`);
    expect([refused.status, jsonAt(refused.body, 'error.message')]).toEqual([
      403,
      expect.stringContaining("'Microsoft.App/containerApps/getAuthToken/action'"),
    ]);
    app.clock.advance(3601);
    expect((await app.clients.send('GET', endpoint, { token })).status).toBe(401);
  });

  it('is nowhere when an app is scaled to zero', async () => {
    const app = await loggingApp('none');
    const made = await app.put({ scale: { minReplicas: 0 } }, { ingress: null });
    const { endpoint, token, revision } = await consoleOf(app, made);
    expect((await app.clients.send('GET', endpoint, { token })).status).toBe(200);
    app.clock.advance(400);
    const { body } = await app.clients.arm('GET', `${APP}/revisions/${revision}/replicas`);
    expect(body).toEqual({ value: [] });
    expect((await app.clients.send('GET', endpoint, { token })).status).toBe(404);
    expect(() => app.clients.simulator.speak({ app: 'api', lines: ['one'] })).toThrow('No replica');
  });
});

describe('the events of an app', () => {
  it('can be followed over revisions that come', async () => {
    const app = await loggingApp('none', { profile: 'instant' });
    const made = await app.put();
    const { token } = await consoleOf(app, made);
    const endpoint = String(jsonAt(made, 'properties.eventStreamEndpoint'));
    const stream = await followed(app.clients, `${endpoint}?follow=true&tailLines=1`, token);
    const reasons: unknown[] = [];
    const read = async () => {
      const event = JSON.parse((await stream.next()) ?? '{}') as JsonObject;
      reasons.push(event.Reason);
      return event;
    };
    await read();
    expect(await read()).toMatchObject({ TimeStamp: expect.stringMatching(/^\S+ \S+ \+0000 UTC$/), Type: 'Normal' });
    await app.put({ revisionSuffix: 'next' });
    while (reasons.at(-1) !== 'RevisionReady' || reasons.length < 4) await read();
    expect(reasons.slice(2)).toEqual([
      'RevisionCreation',
      'AssigningReplica',
      'PullingImage',
      'PulledImage',
      'ContainerCreated',
      'ContainerStarted',
      'RevisionReady',
    ]);
  });
});

describe('lines that a container is told to write', () => {
  it.each([
    [{ app: 'web', lines: [] }, "There is no app 'web'."],
    [{ app: 'api', lines: ['x'], container: 'db' }, "There is no container 'db'."],
    [{ app: 'api', lines: ['x'], revision: 'api--none' }, "No replica of 'api' runs that could write."],
    [{ app: 'api', lines: 'x' }, 'An app and a list of lines are needed.'],
    [{ app: 'api', lines: ['x'], stream: 'log' }, "There is no stream 'log', but stdout and stderr."],
    [{ app: 'api', lines: ['x'], when: 'now' }, "There is no 'when' here"],
  ])('are refused where nobody writes them: %j', async (spoken, problem) => {
    const app = await loggingApp('none', { profile: 'instant' });
    await app.put();
    const control = `https://localhost:${app.clients.simulator.port}/_simulator/logs`;
    expect(await app.clients.send('POST', control, { body: spoken })).toMatchObject({
      status: 400,
      text: expect.stringContaining(problem),
    });
  });
});
