import { isJsonObject, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import type { Sandbox } from '../cli.ts';
import { handOf } from '../cloud/changes-by-hand.ts';
import { byHand } from '../plan/cloud-by-hand.ts';
import { APPS, app, changeTemplate } from './hand-change.ts';

/** Somebody adds variables to an app, with values in plain text. */
export async function addVariables(
  sandbox: Sandbox,
  name: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const group = await groupOf(sandbox);
  await byHand(sandbox, (arm) =>
    changeTemplate(handOf(arm, group), name, (_, container) => {
      const added = Object.entries(variables).map(([key, value]) => ({ name: key, value }));
      container.env = [...(container.env as JsonObject[]), ...added];
    }),
  );
}

/** The variables of an app's newest revision. */
export async function variablesOf(sandbox: Sandbox, name: string): Promise<readonly JsonObject[]> {
  const group = await groupOf(sandbox);
  const live = await byHand(sandbox, (arm) => handOf(arm, group).get(app(name), APPS));
  const containers = jsonAt(live, 'properties.template.containers');
  const [first] = Array.isArray(containers) ? containers.filter(isJsonObject) : [];
  return Array.isArray(first?.env) ? first.env.filter(isJsonObject) : [];
}

async function groupOf(sandbox: Sandbox): Promise<string> {
  return (await sandbox.state()).resources['resource-group']?.id ?? '';
}
