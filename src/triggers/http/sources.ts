import { sourceRequestSchema } from '../../domain/api/requests.ts';
import { json } from './answer.ts';
import type { RouteHandler } from './handler.ts';
import { readJson } from './request.ts';

export const addSourceHandler: RouteHandler = async ({ app, request }) => {
  const { sha256 } = await readJson(request, sourceRequestSchema, app.limits);
  const source = `sha256:${sha256}`;
  const { sources } = app.storage;
  if (await sources.has(sha256)) return json(200, { status: 'known', source });
  return json(200, { status: 'upload', source, ...(await sources.uploadAddress(sha256)) });
};
