import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Comment {
  readonly id: number;
  readonly user: { readonly type: string };
  body: string;
}

export interface FakeGithub {
  readonly api: string;
  readonly comments: Comment[];
  /** Whoever asks with it may write. */
  readonly token: string;
}

/** Comments on pull request 7 of `o/r`, as https://docs.github.com/en/rest/issues/comments has them. */
export async function fakeGithub(comments: Comment[] = []): Promise<FakeGithub> {
  const token = 'ghs_c4n4ry';
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { message: 'Bad credentials' });
    const given = await text(request);
    const { body } = JSON.parse(given === '' ? '{}' : given) as { body: string };
    const [, id] = /^\/repos\/o\/r\/issues\/comments\/(\d+)$/.exec(pathname) ?? [];
    const edited = comments.find((one) => String(one.id) === id);
    if (request.method === 'PATCH' && edited) {
      edited.body = body;
      return answer(200, edited);
    }
    if (pathname !== '/repos/o/r/issues/7/comments') return answer(404, { message: 'Not Found' });
    if (request.method === 'POST') {
      const made = { id: comments.length + 1, user: { type: 'Bot' }, body };
      comments.push(made);
      return answer(201, made);
    }
    const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))];
    return answer(200, comments.slice(size * (page - 1), size * page));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, comments, token };
}
