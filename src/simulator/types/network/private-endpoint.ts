import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { setOutputs } from '../../arm/lifecycle.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType, Write } from '../../arm/resource-type.ts';
import { type Refusal, refuse } from '../../refusal.ts';

/** https://learn.microsoft.com/rest/api/virtualnetwork/private-endpoints */
export const privateEndpoint: ResourceType = {
  type: 'Microsoft.Network/privateEndpoints',
  apiVersions: ['2024-05-01', '2024-01-01', '2023-11-01', '2022-07-01'],
  name: /^(?=.{1,64}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/,
  nameError: 'InvalidResourceName',
  listed: true,
  style: 'status',
  busyCode: 'AnotherOperationInProgress',
  immutable: ['properties.subnet.id'],
  seconds: { create: 30, update: 10, delete: 15 },
  check: (write) => neededProblem(write) ?? referenceProblem(write),
  apply({ resource, id, name, before }) {
    if (before) return undefined;
    const nic = id.replace(/\/privateEndpoints\/[^/]+$/i, `/networkInterfaces/${name}.nic`);
    setOutputs(resource, { networkInterfaces: [{ id: nic }] });
    return undefined;
  },
  defaults: () => ({
    properties: { manualPrivateLinkServiceConnections: [], customDnsConfigs: [], ipConfigurations: [] },
  }),
  view: ({ body, id }) => ({
    properties: {
      privateLinkServiceConnections: connections(body).map((one) => ({
        ...one,
        id: `${id}/privateLinkServiceConnections/${String(one.name)}`,
        properties: {
          ...propertiesOf(one),
          provisioningState: 'Succeeded',
          privateLinkServiceConnectionState: {
            status: 'Approved',
            description: 'Auto-Approved',
            actionsRequired: 'None',
          },
        },
      })),
    },
  }),
};

function connections(body: JsonObject): readonly JsonObject[] {
  const { privateLinkServiceConnections } = propertiesOf(body);
  return Array.isArray(privateLinkServiceConnections) ? privateLinkServiceConnections.filter(isJsonObject) : [];
}

function neededProblem({ body }: Write): Refusal | undefined {
  const { subnet } = propertiesOf(body);
  if (body.location === undefined) {
    return refuse(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  return isJsonObject(subnet) && subnet.id && connections(body).length > 0
    ? undefined
    : refuse(400, 'InvalidRequestFormat', 'A private endpoint needs a subnet and one privateLinkServiceConnection.');
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors (InvalidResourceReference) */
function referenceProblem({ world, id, body }: Write): Refusal | undefined {
  const { subnet } = propertiesOf(body);
  const targets = connections(body).map((one) => String(propertiesOf(one).privateLinkServiceId));
  const lost = [isJsonObject(subnet) ? String(subnet.id) : '', ...targets].find((one) => !world.resource(one));
  return lost === undefined
    ? undefined
    : refuse(
        400,
        'InvalidResourceReference',
        `Resource ${lost} referenced by resource ${id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
      );
}
