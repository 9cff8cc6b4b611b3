import { AzureError } from '../../azure/errors.ts';
import type { ArmResource } from '../../azure/ports.ts';
import type { ServiceConfig } from '../../domain/config/model.ts';
import { domainTimeoutInSeconds, validationOf } from '../../domain/config/service/domain-validation.ts';
import type { DomainConfig } from '../../domain/config/service/service-domains.ts';
import { type Converged, converge } from '../../engine/converge.ts';
import { defineRecords, doneSchema } from '../../engine/record.ts';
import { removeResource } from '../../engine/removal.ts';
import type { StepContext } from '../../engine/step.ts';
import { tellOnce } from '../../engine/tell-once.ts';
import { isWaiting, type Waiting } from '../../engine/waiting/waiting.ts';
import { recordText, tokenName } from '../../resources/app/domain-records.ts';
import { tokenRecord } from '../../resources/dns-record.ts';
import { type ManagedCertificate, managedCertificate } from '../../resources/managed-certificate.ts';
import { UserError } from '../../shared/errors.ts';
import { jsonAt, scalarText } from '../../shared/json.ts';
import { refusedByCaa } from './caa.ts';

/** This run has asked for the certificate: what is there and failed is of this attempt. */
const asked = defineRecords({ name: 'certificate-asked', scope: 'run', schema: doneSchema });

/**
 * Sees to it that the certificate of a name is issued, which the app must have by then. One that failed before is asked for anew.
 *
 * @returns nothing to wait for when it is there
 * @throws UserError `domain_certificate_refused`
 */
export async function ensureCertificate(
  context: StepContext,
  service: ServiceConfig,
  domain: DomainConfig,
): Promise<Waiting | undefined> {
  const desired = patient(context, managedCertificate(context, service, domain), service, domain);
  if (!context.memory.read(asked, domain.name)) {
    const waiting = await prepare(context, desired, domain);
    if (waiting) return waiting;
    await context.memory.write(asked, true, domain.name);
  }
  const result = await issue(context, desired, domain);
  const waiting = isWaiting(result) ? result : undefined;
  return waiting && validationOf(service, domain) === 'txt'
    ? await withToken(context, desired, domain, waiting)
    : waiting;
}

/** Somebody has to make a record before it can be issued. */
function patient(
  { config }: StepContext,
  desired: ManagedCertificate,
  service: ServiceConfig,
  domain: DomainConfig,
): ManagedCertificate {
  if (validationOf(service, domain) !== 'txt') return desired;
  const timeoutInSeconds = Math.max(desired.kind.timeoutInSeconds, domainTimeoutInSeconds(config));
  return { ...desired, kind: { ...desired.kind, timeoutInSeconds } };
}

/** Before it is asked for: nothing of an earlier attempt is there, and nothing is known to forbid it. */
async function prepare(
  context: StepContext,
  { id, key, kind }: ManagedCertificate,
  { name }: DomainConfig,
): Promise<Waiting | undefined> {
  const live = await context.azure.arm.get(id, kind.apiVersion);
  if (live && !hasFailed(live)) return undefined;
  const forbidden = await refusedByCaa(context.azure.dns, name);
  if (forbidden !== undefined) throw refused(name, forbidden);
  if (!live) return undefined;
  context.progress(`${name}: the certificate failed before (${errorOf(live)}); it is asked for anew`);
  const order = { key: `failed:${key}`, id, type: kind.type, limitInSeconds: kind.timeoutInSeconds };
  const removal = await removeResource(context.azure.arm, context, order);
  if (isWaiting(removal)) return removal;
  if (removal.kind === 'kept') throw removal.error;
  return undefined;
}

async function issue(context: StepContext, desired: ManagedCertificate, { name }: DomainConfig): Promise<Converged> {
  try {
    const result = await converge(context, desired);
    if (!isWaiting(result) && hasFailed(result.live)) throw refused(name, await whyNot(context, name, result.live));
    return result;
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    const live = await context.azure.arm.get(desired.id, desired.kind.apiVersion);
    if (live && hasFailed(live)) throw refused(name, await whyNot(context, name, live, error));
    throw error;
  }
}

/** The token is made with the certificate, and its record is what the authority waits for. */
async function withToken(
  context: StepContext,
  { id, kind }: ManagedCertificate,
  domain: DomainConfig,
  waiting: Waiting,
): Promise<Waiting> {
  const live = await context.azure.arm.get(id, kind.apiVersion);
  const token = scalarText(live && jsonAt(live, 'properties.validationToken'));
  if (token === '') return waiting;
  const own = tokenRecord(context, domain, token);
  if (own) {
    const made = await converge(context, own);
    return isWaiting(made) ? made : waiting;
  }
  const text = recordText({ type: 'TXT', name: tokenName(domain), value: token });
  await tellOnce(context, `token:${domain.name}`, `${domain.name}: make the record ${text}`, (line) =>
    context.progress(line),
  );
  return { ...waiting, on: `the certificate of ${domain.name}, whose token DNS does not show yet`, isIdle: true };
}

function hasFailed(live: ArmResource): boolean {
  return /^(?:failed|canceled)$/i.test(scalarText(jsonAt(live, 'properties.provisioningState')));
}

function errorOf(live: ArmResource): string {
  return scalarText(jsonAt(live, 'properties.error'));
}

/** What Azure says, and what DNS says by now: records may have been added since they were looked at. */
async function whyNot({ azure }: StepContext, name: string, live: ArmResource, error?: AzureError): Promise<string> {
  const forbidden = await refusedByCaa(azure.dns, name);
  const told = errorOf(live) || error?.message || 'Azure does not say why';
  return `${told}${error ? ` (${error.code})` : ''}${forbidden === undefined ? '' : `; ${forbidden}`}`;
}

function refused(name: string, why: string): UserError {
  return new UserError(`The certificate of ${name} is not issued: ${why}. The application is released.`, {
    code: 'domain_certificate_refused',
    hint: 'Do what the message says, and deploy again: it goes on with the certificate.',
  });
}
