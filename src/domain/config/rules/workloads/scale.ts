import type { DeploymentConfig, ServiceConfig } from '../../model.ts';
import { type CronScale, type ScaleConfig, scaleRulesOf } from '../../service/service-scale.ts';
import { all, problem, type RuleProblem } from '../rule.ts';
import { scalerProblems } from './scalers.ts';

/** As Azure refuses others: https://github.com/DFE-Digital/terraform-azurerm-container-apps-hosting/pull/96 */
const RULE_NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

type ScaledService = ServiceConfig & { readonly scale: ScaleConfig };

const SCALE_RULES: readonly ((service: ScaledService) => readonly RuleProblem[])[] = [
  names,
  traffic,
  replicas,
  times,
  scalers,
];

/** Every rule of a service can work, and is one that Azure takes. */
export function serviceScale(config: DeploymentConfig): readonly RuleProblem[] {
  return all(config).flatMap(({ scale, ...service }) =>
    scale ? SCALE_RULES.flatMap((rule) => rule({ ...service, scale })) : [],
  );
}

function at({ key }: ServiceConfig, ...path: readonly string[]): readonly string[] {
  return ['services', key, 'scale', ...path];
}

/** What Azure takes as the name of a rule. */
export function ruleNameProblem(name: string): string | undefined {
  return RULE_NAME.test(name)
    ? undefined
    : `found the name ${JSON.stringify(name)}; allowed: lower-case letters, digits, . and -`;
}

function names(service: ScaledService): readonly RuleProblem[] {
  const seen = new Map<string, string>();
  return scaleRulesOf(service.scale).flatMap(({ name, path }) => {
    const other = seen.get(name);
    seen.set(name, path.join('.'));
    if (other !== undefined)
      return [problem(at(service, ...path), `${JSON.stringify(name)} is also the name of scale.${other}`)];
    const wrong = ruleNameProblem(name);
    return wrong === undefined ? [] : [{ ...problem(at(service, ...path), wrong), isAboutKey: true as const }];
  });
}

/** http and tcp rules watch what comes in by the ingress: https://learn.microsoft.com/azure/container-apps/scale-app */
function traffic(service: ScaledService): readonly RuleProblem[] {
  const { scale, ingress, transport } = service;
  const comesIn = ingress === 'none' ? undefined : transport === 'tcp' ? 'tcp' : 'http';
  return (['http', 'tcp'] as const).flatMap((key) => {
    if (scale[key] === undefined || comesIn === key) return [];
    const found = comesIn === undefined ? 'there is no ingress' : `what comes in is ${comesIn}`;
    return [problem(at(service, key), `watches ${key}, and ${found}`)];
  });
}

/** That cpu and memory never go to zero: https://github.com/microsoft/azure-container-apps/issues/707 */
function replicas(service: ScaledService): readonly RuleProblem[] {
  const { key, scale, minReplicas, maxReplicas } = service;
  const rules = scaleRulesOf(scale);
  const isStuck = rules.length > 0 && rules.every((rule) => rule.key === 'cpu' || rule.key === 'memory');
  const most = `is ${maxReplicas}, and so is min_replicas: with scale there must be more`;
  const least =
    'is 0, and with rules for cpu and memory alone a service never goes to zero; give 1, or a rule of another kind';
  return [
    ...(minReplicas === maxReplicas ? [problem(['services', key, 'max_replicas'], most)] : []),
    ...(minReplicas === 0 && isStuck ? [problem(['services', key, 'min_replicas'], least)] : []),
  ];
}

function times(service: ScaledService): readonly RuleProblem[] {
  return Object.entries(service.scale.cron ?? {}).flatMap(([name, cron]) =>
    wrongTimes(cron, service.maxReplicas).map(([key, message]) => problem(at(service, 'cron', name, key), message)),
  );
}

function scalers(service: ScaledService): readonly RuleProblem[] {
  return Object.entries(service.scale.rules ?? {}).flatMap(([name, rule]) =>
    scalerProblems(at(service, 'rules', name), rule),
  );
}

/** https://keda.sh/docs/latest/scalers/cron/ */
function wrongTimes(
  { timezone, start, end, replicas: wanted }: CronScale,
  most: number,
): readonly (readonly [keyof CronScale, string])[] {
  const fields = (text: string): number => text.trim().split(/\s+/).length;
  return [
    ...(isTimezone(timezone)
      ? []
      : [['timezone', `found ${JSON.stringify(timezone)}; such as "Europe/Berlin"`] as const]),
    ...Object.entries({ start, end }).flatMap(([key, text]) =>
      fields(text) === 5
        ? []
        : [
            [
              key as 'start' | 'end',
              `found ${JSON.stringify(text)}; five fields are expected, such as "0 8 * * 1-5"`,
            ] as const,
          ],
    ),
    ...(start === end ? [['end', 'is the same as start'] as const] : []),
    ...(wanted > most ? [['replicas', `${wanted} is more than max_replicas (${most})`] as const] : []),
  ];
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
