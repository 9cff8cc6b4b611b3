import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createRemoteClient } from '../../../../src/cli/remote/client.ts';
import { type FollowOptions, followRun } from '../../../../src/cli/remote/follow.ts';
import type { RunEvent } from '../../../../src/domain/events.ts';
import {
  answerJson,
  answerProblem,
  hangUp,
  type ScriptedAnswer,
  type ScriptedServer,
  scriptedServer,
} from '../../../helpers/http/scripted-server.ts';

const RUN = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const about = { runId: RUN, environment: 'default', at: '2026-01-01T00:00:00.000Z' };

function log(id: number): RunEvent {
  return { ...about, id: `log/${id}`, type: 'log', level: 'info', message: `number ${id}` };
}

const DONE: RunEvent = {
  ...about,
  id: 'run/close/completed',
  type: 'run_completed',
  status: 'succeeded',
  executed: [],
  skipped: [],
  failed: [],
  durationInMs: 1,
};

function message(event: RunEvent, position: number): string {
  return `id: ${position}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Sends the text and then does what `after` says; without it the connection stays open. */
function stream(text: string, after?: (response: ServerResponse) => void): ScriptedAnswer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 1000\n\n${text}`, () => after?.(response));
  };
}

const end = (response: ServerResponse): void => void response.end();
const breakOff = (response: ServerResponse): void => void response.socket?.destroy();

function page(events: readonly RunEvent[], position: string): ScriptedAnswer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-position': position });
    response.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  };
}

interface Followed {
  readonly ids: readonly string[];
  readonly server: ScriptedServer;
  readonly connection: readonly string[];
}

async function follow(answers: readonly ScriptedAnswer[], options: FollowOptions = {}): Promise<Followed> {
  const server = await scriptedServer(...answers);
  const sleep = async (): Promise<void> => undefined;
  const client = createRemoteClient({ url: server.url, key: 'k', caller: 'c', sleep });
  const ids: string[] = [];
  const connection: string[] = [];
  const all = followRun(client, RUN, { sleep, onConnection: (state) => connection.push(state), ...options });
  for await (const event of all) ids.push(event.id);
  return { ids, server, connection };
}

const ALL = ['log/1', 'log/2', 'log/3', 'run/close/completed'];

describe('following a run', () => {
  it('tells its events until the last one', async () => {
    const text = [log(1), log(2), log(3), DONE].map(message).join('');
    expect((await follow([stream(text)])).ids).toEqual(ALL);
  });

  it('goes on by the last position after the app closed the stream', async () => {
    const { ids, server } = await follow([
      stream(message(log(1), 1) + message(log(2), 2), end),
      stream(message(log(3), 3) + message(DONE, 4)),
    ]);
    expect(ids).toEqual(ALL);
    expect(server.requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2']);
  });

  it('leaves out what is told again, and takes up a message that was cut off', async () => {
    const { ids, connection } = await follow([
      stream(message(log(1), 1) + message(log(2), 2).slice(0, -9), breakOff),
      stream(message(log(1), 1) + message(log(2), 2), breakOff),
      stream([log(2), log(3), DONE].map(message).join('')),
    ]);
    expect(ids).toEqual(ALL);
    expect(connection).toEqual(['lost', 'back', 'lost', 'back']);
  });

  it('outlives an app that is away for a while', async () => {
    const { ids, connection } = await follow([
      stream(message(log(1), 1), breakOff),
      hangUp,
      hangUp,
      answerProblem(503, {}),
      stream([log(2), log(3), DONE].map(message).join('')),
    ]);
    expect(ids).toEqual(ALL);
    expect(connection).toEqual(['lost', 'back']);
  });

  it('leaves a stream that fell silent', async () => {
    const { ids } = await follow([stream(message(log(1), 1)), stream([log(2), log(3), DONE].map(message).join(''))], {
      wordEveryMs: 50,
    });
    expect(ids).toEqual(ALL);
  });

  it('asks for pages where a proxy keeps the stream back', async () => {
    const silent: ScriptedAnswer = () => undefined;
    const { ids, server } = await follow([silent, page([log(1), log(2)], 'p2'), page([log(3), DONE], 'p4')], {
      firstWordWithinMs: 50,
    });
    expect(ids).toEqual(ALL);
    expect(server.requests.map(({ path }) => path.split('?')[1])).toEqual([undefined, undefined, 'after=p2']);
  });

  it('asks for pages where an answer comes that is no stream', async () => {
    expect((await follow([page([log(1)], 'p1'), page([log(1), log(2), log(3), DONE], 'p4')])).ids).toEqual(ALL);
  });

  it('ends with a run that was abandoned and has no last event', async () => {
    const view = { status: 'abandoned', finishedAt: '2026-01-01T00:00:00.000Z' };
    const over = answerJson(200, { ...RUN_VIEW, ...view });
    const { ids } = await follow([page([], 'p0'), page([log(1)], 'p1'), page([], 'p1'), over, page([], 'p1'), over]);
    expect(ids).toEqual(['log/1']);
    expect((await follow([stream(`${message(log(1), 1)}event: end\ndata: {}\n\n`)])).ids).toEqual(['log/1']);
  });

  it('reads pages anew when the app has lost events, and tells none again', async () => {
    const lost = answerProblem(400, { code: 'position_invalid' });
    const { ids, server } = await follow([
      page([log(1)], 'p1'),
      page([log(1), log(2)], 'p2'),
      lost,
      page([log(1), log(3), DONE], 'p3'),
    ]);
    expect(ids).toEqual(ALL);
    expect(server.requests.map(({ path }) => path.split('?')[1])).toEqual([
      undefined,
      undefined,
      'after=p2',
      undefined,
    ]);
  });

  it('passes over events that only a newer version knows', async () => {
    const newer = `id: 1\ndata: ${JSON.stringify({ ...about, id: 'x', type: 'fireworks' })}\n\n`;
    expect((await follow([stream(newer + message(DONE, 2))])).ids).toEqual(['run/close/completed']);
  });

  it('ends at once when the run is unknown or the key is refused', async () => {
    await expect(follow([answerProblem(404, { code: 'run_unknown' })])).rejects.toMatchObject({ code: 'run_unknown' });
    await expect(follow([(response) => response.writeHead(401).end()])).rejects.toMatchObject({ code: 'key_refused' });
  });

  it('gives up when the app stays away', async () => {
    await expect(follow([stream(message(log(1), 1), breakOff), hangUp], { attempts: 3 })).rejects.toMatchObject({
      code: 'remote_unreachable',
      exitCode: 1,
    });
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const server = await scriptedServer(stream(message(log(1), 1)));
    const client = createRemoteClient({ url: server.url, key: 'k', caller: 'c' });
    const heard: string[] = [];
    const all = async (): Promise<void> => {
      for await (const event of followRun(client, RUN, { signal: stop.signal })) {
        heard.push(event.id);
        stop.abort();
      }
    };
    await expect(all()).rejects.toThrow();
    expect(heard).toEqual(['log/1']);
  });
});

const RUN_VIEW = {
  ...about,
  startedAt: about.at,
  durationInMs: 1,
  executed: [],
  skipped: [],
  failed: [],
  trigger: 'http',
  requestedBy: 'c',
  place: null,
  cancelRequested: false,
  plan: null,
  pendingApproval: null,
  decisions: [],
  steps: [],
  error: null,
  addresses: {},
  links: { self: '', events: '', approval: '', cancel: '' },
};
