import { AzureError } from '../../azure/errors.ts';
import type { ArmResource } from '../../azure/ports.ts';
import type { ServiceConfig } from '../../domain/config/model.ts';
import { domainTimeoutInSeconds } from '../../domain/config/service/domain-validation.ts';
import type { DomainConfig } from '../../domain/config/service/service-domains.ts';
import type { DesiredResource } from '../../domain/desired.ts';
import { overlay } from '../../domain/merge.ts';
import { displayPath } from '../../domain/ownership/field-path.ts';
import { type Converged, converge, ownershipBefore } from '../../engine/converge.ts';
import { lateFieldsOf } from '../../engine/ownership/late-fields.ts';
import { decide } from '../../engine/ownership/owned-fields.ts';
import { settleAll } from '../../engine/settle.ts';
import type { StepContext } from '../../engine/step.ts';
import { tellOnce } from '../../engine/tell-once.ts';
import { notReady, untilReady } from '../../engine/waiting/until-ready.ts';
import { isWaiting, untilAny, type Waiting } from '../../engine/waiting/waiting.ts';
import { CUSTOM_DOMAINS, namedDomains, unboundDomain } from '../../resources/app/custom-domains.ts';
import { UserError } from '../../shared/errors.ts';
import { awaitRecords, hasShown, LONGEST_PAUSE_IN_SECONDS } from './await-records.ts';
import { ensureCertificate } from './certificate.ts';

/** A service, and its app as the step that makes it wants it. */
export interface NamedApp {
  readonly service: ServiceConfig;
  readonly app: DesiredResource;
}

/**
 * Gives apps the names that the configuration has for them: once DNS shows its records a name is added, then its certificate asked
 * for, then the two are bound. What is bound already costs one look. Names that others added stay.
 *
 * @returns what it waits for; undefined when every name is bound
 * @throws UserError `domain_not_shown`, `domain_certificate_refused`, `record_taken`; AzureError as Azure refused
 */
export async function bindDomains(context: StepContext, apps: readonly NamedApp[]): Promise<Waiting | undefined> {
  const waits = await settleAll(
    apps.map((named) => bindNames(context, named)),
    together,
  );
  const open = waits.filter((wait) => wait !== undefined);
  return open.length > 0 ? untilAny(open) : undefined;
}

async function bindNames(context: StepContext, { service, app }: NamedApp): Promise<Waiting | undefined> {
  const late = lateFieldsOf(app);
  const live = await context.azure.arm.get(late.id, late.kind.apiVersion);
  if (!live) throw new UserError(`${app.title} is not there.`, { code: 'app_missing' });
  const { domains = [] } = service;
  const due = domains.filter(({ name }) => isDue(context, late, live, name));
  await tellBound(context, service, without(domains, due));

  const looks = await settleAll(
    due.map((domain) => awaitRecords(context, service, domain)),
    together,
  );
  const shown = due.filter((_, index) => looks[index] === undefined);
  const added = await write(context, service, withNames(late, live, { bound: without(domains, due), added: shown }));
  if (isWaiting(added)) return added;

  const issuing = await settleAll(shown.map((domain) => ensureCertificate(context, service, domain)));
  const issued = shown.filter((_, index) => issuing[index] === undefined);
  if (issued.length > 0) {
    const bound = [...without(domains, due), ...issued];
    const binding = await write(context, service, withNames(late, live, { bound, added: without(shown, issued) }));
    if (isWaiting(binding)) return binding;
    await tellBound(context, service, issued);
  }
  const open = [...looks, ...issuing].filter((wait) => wait !== undefined);
  return open.length > 0 ? untilAny(open) : undefined;
}

/** One run tells of all names that are not bound; what is no error of ours is for its caller to judge. */
function together(failures: readonly unknown[]): unknown {
  const [first] = failures;
  const errors = failures.filter((failure) => failure instanceof UserError);
  if (!(first instanceof UserError) || errors.length < failures.length) return first;
  return new UserError(errors.map(({ message }) => message).join('\n'), { code: first.code, hint: first.hint });
}

function without(all: readonly DomainConfig[], some: readonly DomainConfig[]): readonly DomainConfig[] {
  return all.filter((one) => !some.includes(one));
}

/** Once, whether the binding was written in this call or took longer. */
async function tellBound(context: StepContext, service: ServiceConfig, bound: readonly DomainConfig[]): Promise<void> {
  for (const { name } of bound.filter((domain) => hasShown(context, domain))) {
    const text = `${service.name}: https://${name} has its certificate`;
    await tellOnce(context, `bound:${name}`, text, (line) => context.progress(line));
  }
}

/** Whether this run is to change how the name is bound. What somebody else changed stays, unless it is to be put back. */
function isDue(context: StepContext, app: DesiredResource, live: ArmResource, name: string): boolean {
  const { changes } = decide(context, app, ownershipBefore(context, app), live);
  return changes.some(({ path }) => displayPath(path).startsWith(`${CUSTOM_DOMAINS}[${name}]`));
}

/** The app with these names bound and those added. A name that has another certificate keeps it until ours is there. */
function withNames(
  app: DesiredResource,
  live: ArmResource,
  { bound, added }: Readonly<Record<'bound' | 'added', readonly DomainConfig[]>>,
): DesiredResource {
  const there = namedDomains(live);
  const isIn = (domains: readonly DomainConfig[], name: string): boolean => domains.some((one) => one.name === name);
  const customDomains = [...namedDomains(app.body)].flatMap(([name, wanted]) => {
    if (isIn(bound, name)) return [wanted];
    const found = there.get(name) ?? (isIn(added, name) ? unboundDomain(name) : undefined);
    return found ? [found] : [];
  });
  return { ...app, body: overlay(app.body, { properties: { configuration: { ingress: { customDomains } } } }) };
}

/** Azure asks DNS as well when a name is added, and may not see yet what others do. */
async function write(context: StepContext, service: ServiceConfig, app: DesiredResource): Promise<Converged> {
  return await untilReady<Converged>(context, `names:${service.key}`, async () => {
    try {
      return await converge(context, app);
    } catch (error) {
      if (!(error instanceof AzureError) || !error.codes.includes(UNSEEN)) throw error;
      const { message } = error;
      return notReady<Converged>({
        on: `Azure to see the records: ${message}`,
        limitInSeconds: domainTimeoutInSeconds(context.config),
        longestPauseInSeconds: LONGEST_PAUSE_IN_SECONDS,
        isIdle: true,
        whenOver: () => {
          throw error;
        },
      });
    }
  });
}

/** `A TXT record pointing from asuid.… to … was not found.`: https://github.com/Azure/azure-cli/issues/28680 */
const UNSEEN = 'InvalidCustomHostNameValidation';
