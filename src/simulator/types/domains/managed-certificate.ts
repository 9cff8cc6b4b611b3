import { randomUUID } from 'node:crypto';
import { type JsonObject, jsonAt } from '../../../shared/json.ts';
import { setOutputs } from '../../arm/lifecycle.ts';
import type { ResourceType, Write } from '../../arm/resource-type.ts';
import { APP_API_VERSIONS } from '../../container-apps/api-versions.ts';
import { MANAGED_CERTIFICATE } from '../../container-apps/domains/certificate.ts';
import { type CertificateRequest, domainControlProblem } from '../../container-apps/domains/domain-control.ts';
import { appAddress } from '../../container-apps/environment.ts';
import { displayLocation } from '../../container-apps/locations.ts';
import { plainName } from '../../dns/record.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import type { StoredOperation, StoredResource } from '../../store.ts';
import { provisioningState, type World } from '../../world.ts';
import { appsWithCertificate, appWithHostName } from './custom-host.ts';

/** "It may take up to 20 minutes": https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/containerapp/custom.py */
const ISSUE_SECONDS = 300;
const GIVE_UP_SECONDS = 1200;
/** For so long somebody may take to write the token of a validation by TXT, however fast everything else is. */
const TOKEN_SECONDS = 24 * 60 * 60;

/** https://learn.microsoft.com/rest/api/containerapps/managed-certificates/create-or-update */
export const managedCertificate: ResourceType = {
  type: MANAGED_CERTIFICATE,
  apiVersions: APP_API_VERSIONS.filter((version) => version >= '2022-11-01-preview'),
  name: /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/i,
  nameError: 'ManagedCertificateInvalidName',
  listed: true,
  style: 'status',
  seconds: { create: ISSUE_SECONDS, update: 10, delete: 0 },
  immutable: ['properties.subjectName', 'properties.domainControlValidation'],
  check: (write) => locationProblem(write) ?? subjectProblem(write),
  apply({ world, resource, before, body }) {
    if (!before && jsonAt(body, 'properties.domainControlValidation') === 'TXT')
      setOutputs(resource, { validationToken: randomUUID().replaceAll('-', '') });
    return isIssued(resource) ? undefined : failureOf(world, resource);
  },
  begun(operation, resource, world) {
    if (isIssued(resource) || !operation.failure) return;
    operation.endsAt = new Date(world.now() + patience(resource, world)).toISOString();
  },
  elapse: lookAgain,
  view: certificateView,
  checkDelete: (resource, world) => inUseProblem(resource, world),
};

/** Milliseconds until a validation that does not succeed is given up. */
function patience({ body }: StoredResource, world: World): number {
  if (jsonAt(body, 'properties.domainControlValidation') !== 'TXT') return world.duration(GIVE_UP_SECONDS);
  return world.duration(TOKEN_SECONDS) || TOKEN_SECONDS * 1000;
}

/** Once issued it stays so: a write of tags asks for nothing. */
function isIssued({ extra }: StoredResource): boolean {
  return extra.issued === true;
}

/** Records that come while the certificate is waited for are found. */
function lookAgain(resource: StoredResource, world: World): void {
  const operation = world.state.operations[resource.operation ?? ''];
  if (!operation || operation.kind === 'delete' || isIssued(resource)) return;
  if (operation.settled || Date.parse(operation.endsAt) <= world.now()) {
    if (!operation.failure) resource.extra.issued = true;
    return;
  }
  const failure = failureOf(world, resource);
  if (failure) operation.failure = failure;
  else if (operation.failure) endSoon(operation, world);
}

function endSoon(operation: StoredOperation, world: World): void {
  delete operation.failure;
  operation.endsAt = new Date(world.now() + world.duration(ISSUE_SECONDS)).toISOString();
}

function failureOf(world: World, resource: StoredResource): Refusal | undefined {
  const message = domainControlProblem(world.cloud(), requestOf(world, resource));
  return message === undefined ? undefined : refuse(400, 'CertificateProvisioningError', message);
}

function requestOf(world: World, { id, body }: StoredResource): CertificateRequest {
  const name = String(jsonAt(body, 'properties.subjectName'));
  const token = jsonAt(body, 'properties.validationToken');
  const environment = world.resource(environmentOf(id))?.body ?? {};
  const app = appWithHostName(world, name, environmentOf(id));
  return {
    name,
    method: String(jsonAt(body, 'properties.domainControlValidation')),
    token: typeof token === 'string' ? token : undefined,
    appAddress:
      app && appAddress(app.resource.name, String(jsonAt(environment, 'properties.defaultDomain')), app.isExternal),
    isExternal: app?.isExternal === true,
    staticIp: String(jsonAt(environment, 'properties.staticIp')),
    isInternalEnvironment: jsonAt(environment, 'properties.vnetConfiguration.internal') === true,
  };
}

function environmentOf(id: string): string {
  return id.split('/').slice(0, -2).join('/');
}

/** Microsoft's clients send the environment's: https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/containerapp/custom.py */
function locationProblem({ world, id, body }: Write): Refusal | undefined {
  const wanted = displayLocation(String(body.location ?? ''));
  const present = displayLocation(String(world.resource(environmentOf(id))?.body.location ?? ''));
  return wanted === present
    ? undefined
    : refuse(
        400,
        'InvalidLocation',
        `The location '${String(body.location ?? '')}' of a managed certificate must be that of its environment, '${present}'.`,
      );
}

/**
 * The first: https://github.com/microsoft/azure-container-apps/issues/1570 and
 * https://github.com/pulumi/pulumi-azure-native/issues/2614; that there is one for a subject: the code in the issues of many, with the words
 * "Another managed certificate with subject name … available in environment".
 */
function subjectProblem({ world, id, body, before }: Write): Refusal | undefined {
  const subject = jsonAt(body, 'properties.subjectName');
  const method = jsonAt(body, 'properties.domainControlValidation');
  if (before) return undefined;
  if (typeof subject !== 'string' || subject === '' || typeof method !== 'string') {
    const message = 'The request content was invalid: subjectName and domainControlValidation must be given.';
    return refuse(400, 'InvalidRequestContent', message);
  }
  const environment = environmentOf(id);
  const name = environment.split('/').at(-1);
  const other = world
    .resourcesOfType(MANAGED_CERTIFICATE)
    .find((one) => sameText(environmentOf(one.id), environment) && sameSubject(one, subject));
  if (other) {
    return refuse(
      400,
      'DuplicateManagedCertificateInEnvironment',
      `Another managed certificate with subject name '${subject}' and certificate name '${other.name}' available in environment '${name}'.`,
    );
  }
  return appWithHostName(world, subject, environment)
    ? undefined
    : refuse(
        400,
        'RequireCustomHostnameInEnvironment',
        `Creating managed certificate requires hostname '${subject}' added as a custom hostname to a container app or route in environment '${name}'`,
      );
}

function sameSubject({ body }: StoredResource, subject: string): boolean {
  return plainName(String(jsonAt(body, 'properties.subjectName'))) === plainName(subject);
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** `Pending` until it is issued; `error` says why it is not. */
function certificateView(resource: StoredResource, world: World): JsonObject {
  const state = provisioningState(resource, world);
  const failure = world.state.operations[resource.operation ?? '']?.failure;
  const shown = { Creating: 'Pending', Updating: isIssued(resource) ? 'Succeeded' : 'Pending' }[state] ?? state;
  return {
    location: displayLocation(String(resource.body.location ?? '')),
    properties: { provisioningState: shown, ...(state === 'Failed' && failure && { error: failure.message }) },
  };
}

/** The words: https://github.com/rajbos/ai-engineering-fluency/pull/739 */
export function inUseProblem({ id, name }: StoredResource, world: World): Refusal | undefined {
  const domains = appsWithCertificate(world, id);
  return domains.length > 0
    ? refuse(400, 'CertificateInUse', `Certificate '${name}' is used by existing custom domains ${domains.join(', ')}.`)
    : undefined;
}
