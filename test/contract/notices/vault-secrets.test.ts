import { createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createWebhookFetch } from '../../../src/outbound/fetch.ts';
import { CLOCKED_CONFIG, openAppOnAClock } from '../../helpers/engine/app-on-a-clock.ts';
import { webhookReceiver } from '../../helpers/http/webhook-receiver.ts';
import { eventually } from '../../helpers/wait.ts';

const SECRET = 'c4n4ry-signing-of-the-vault';
const CONFIG = `${CLOCKED_CONFIG}secrets: { hook: "env:HOOK", hook_secret: "env:HOOK_SECRET" }
notifications: { ops: { url: "keyvault:HOOK", secret: "keyvault:HOOK-SECRET", events: [failed] } }
`;

/** Every file below a directory, as one text. */
async function everything(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

it('address and secret of a webhook come from the vault, and are nowhere else: not in state, events, memories, journal or logs', async () => {
  const receiver = await webhookReceiver();
  const variables: Readonly<Record<string, string>> = { HOOK: receiver.url, HOOK_SECRET: SECRET };
  const app = await openAppOnAClock({
    secrets: { literal: () => undefined, environment: (name) => variables[name] },
    post: createWebhookFetch({ DRAFTGENIE_PRIVATE_WEBHOOK_HOSTS: '127.0.0.1' }),
    // Nothing is hidden: what is written down is what was said.
    mask: (text) => text,
  });
  await app.ended(await app.start(CONFIG));
  receiver.answer = 503;
  app.simulator.addFault({
    match: { method: 'PUT', path: '/containerApps/web' },
    fault: { kind: 'status', status: 403 },
  });
  app.simulator.addFault({
    match: { method: 'PATCH', path: '/containerApps/web' },
    fault: { kind: 'status', status: 403 },
  });
  const failing = await app.start(CONFIG.replace('"1"', '"2"'));
  const call = await eventually(async () => receiver.calls[0]);
  await eventually(async () => {
    const { events } = await app.runs.events(failing);
    return events.some((event) => event.type === 'log' && event.message.includes('answered 503')) || undefined;
  });
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = call.headers;
  const expected = createHmac('sha256', SECRET).update(`${id}.${at}.${call.body}`).digest('base64');
  expect(signature).toBe(`v1,${expected}`);
  const written = [...(await Promise.all(app.directories.map(everything))), ...app.logged].join('\n');
  expect(written).toContain(failing);
  expect(written).toContain('answered 503');
  expect(written).not.toContain('c4n4ry');
});
