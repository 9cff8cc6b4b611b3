import { describe, expect, it } from 'vitest';
import { asEnvironmentTakes } from '../../../src/release/workload-profile.ts';
import type { Json } from '../../../src/shared/json.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { desired } from '../engine/a-thing.ts';

const ENVIRONMENT = '/subscriptions/sub/resourceGroups/g/providers/Microsoft.App/managedEnvironments/e';
const app = desired({ body: { properties: { environmentId: ENVIRONMENT, workloadProfileName: 'Consumption' } } });

async function made(workloadProfiles: Json): Promise<Json> {
  const fake = fakeAzure();
  fake.resources.set(ENVIRONMENT.toLowerCase(), { id: ENVIRONMENT, properties: { workloadProfiles } });
  return (await asEnvironmentTakes(fake, app)).body;
}

describe('an app', () => {
  it('names its workload profile where the environment has some', async () => {
    expect(await made([{ name: 'Consumption', workloadProfileType: 'Consumption' }])).toEqual(app.body);
  });

  it.each([[null], [[]]])('names none where the environment has %j', async (profiles) => {
    expect(await made(profiles)).toEqual({ properties: { environmentId: ENVIRONMENT } });
  });

  it('is left as it is where the environment is not there yet', async () => {
    expect(await asEnvironmentTakes(fakeAzure(), app)).toBe(app);
  });
});
