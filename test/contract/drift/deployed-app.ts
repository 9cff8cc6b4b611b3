import { createWebhookFetch } from '../../../src/outbound/fetch.ts';
import { type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { CLOCKED_CONFIG, openAppOnAClock } from '../../helpers/engine/app-on-a-clock.ts';
import { type WebhookReceiver, webhookReceiver } from '../../helpers/http/webhook-receiver.ts';

export const DAY = 24 * 3600;
const WEB = 'Microsoft.App/containerApps/web';
const APPS = '2026-01-01';
/** Each day at 6. */
export const SCHEDULED = `${CLOCKED_CONFIG}secrets: { made: "" }
drift: { schedule: "0 0 6 * * *" }
notifications: { ops: { url: "env:HOOK", events: [drift_found, drift_gone, failed, needs_approval] } }
`;

/** An app that was deployed and has a webhook; what was done by hand is done to the port on which `web` is reached. */
export async function deployedApp(config = SCHEDULED) {
  const receiver = await webhookReceiver();
  const app = await openAppOnAClock({
    secrets: { literal: () => undefined, environment: () => receiver.url },
    post: createWebhookFetch({ DRAFTGENIE_PRIVATE_WEBHOOK_HOSTS: '127.0.0.1' }),
  });
  await app.ended(await app.start(config));
  const hand = handOf(app.arm, (await app.stateNow()).resources['resource-group']?.id ?? '');
  return {
    ...app,
    receiver,
    /** Somebody sets the port on which the application is reached. */
    async setPort(targetPort: number) {
      const live = await hand.get(WEB, APPS);
      const ingress = jsonAt(live, 'properties.configuration.ingress') as JsonObject;
      await hand.patch(WEB, APPS, { properties: { configuration: { ingress: { ...ingress, targetPort } } } });
    },
    async port() {
      return jsonAt(await hand.get(WEB, APPS), 'properties.configuration.ingress.targetPort');
    },
    newest: async () => (await app.runs.runs({ limit: 1 }))[0],
    /** What the run does that the timer starts; undefined: it starts none. */
    async tickAndEnd() {
      const [before] = await app.runs.runs({ limit: 1 });
      await app.tick();
      const [after] = await app.runs.runs({ limit: 1 });
      return after && after.runId !== before?.runId ? await app.summary(after.runId) : undefined;
    },
  };
}

export function told({ calls }: WebhookReceiver): readonly { readonly event: string; readonly text: string }[] {
  return calls.map(({ body }) => JSON.parse(body) as { event: string; text: string });
}
