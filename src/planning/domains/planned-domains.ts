import type { DeploymentConfig, ServiceConfig } from '../../domain/config/model.ts';
import { servicesWithDomains, validationOf } from '../../domain/config/service/domain-validation.ts';
import type { DomainConfig } from '../../domain/config/service/service-domains.ts';
import type { OutputReader } from '../../domain/outputs.ts';
import type { PlannedDomain } from '../../domain/plan-schema.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import { type StepName, trafficStep } from '../../domain/steps.ts';
import { namedDomains } from '../../resources/app/custom-domains.ts';
import { domainRecords, tokenName } from '../../resources/app/domain-records.ts';

interface DomainPlanInput {
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  readonly outputs: OutputReader;
  readonly running: ReadonlySet<StepName>;
}

/** Names that this run binds, with the records that it waits for. Nothing while nobody would wait. */
export function plannedDomains(input: DomainPlanInput): PlannedDomain[] {
  const { config, state, running } = input;
  if (!running.has(trafficStep().name)) return [];
  return servicesWithDomains(config).flatMap((service) =>
    (service.domains ?? [])
      .filter(({ name }) => !isBound(state, service, name))
      .map((domain) => ({ service: service.key, name: domain.name, records: recordsOf(input, service, domain) })),
  );
}

/** As the state knows it; whether it still is so is drift's business. */
function isBound({ resources }: EnvironmentState, { key }: ServiceConfig, name: string): boolean {
  return namedDomains(resources[`app:${key}`]?.applied ?? {}).get(name)?.bindingType === 'SniEnabled';
}

function recordsOf(
  { outputs }: DomainPlanInput,
  service: ServiceConfig,
  domain: DomainConfig,
): PlannedDomain['records'] {
  const ours = domain.zone !== undefined;
  const records = domainRecords({ outputs }, service, domain).map((record) => ({
    ...record,
    value: knownOr(record.value),
    ours,
  }));
  const token = { type: 'TXT', name: tokenName(domain), value: '(known when the certificate is asked for)', ours };
  return validationOf(service, domain) === 'txt' ? [...records, token] : records;
}

/** An output that is not known yet is told by the step after which it will be. */
function knownOr(value: string): string {
  const step = /\$\{([^.}]+)\.[^}]*\}/.exec(value)?.[1];
  return step === undefined ? value : `(known after ${step})`;
}
