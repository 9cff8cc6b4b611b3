import { NAME_RULES } from '../../../name-rules.ts';
import type { DeploymentConfig, ServiceConfig } from '../../model.ts';
import type { JobConfig } from '../../model-choices.ts';
import { companionJobName, jobsOf } from '../../workloads.ts';
import { all, problem, type RuleProblem } from '../rule.ts';
import { cronProblem } from './cron.ts';
import { ruleNameProblem } from './scale.ts';
import { scalerProblems } from './scalers.ts';

/** Images, outputs and addresses are told apart by the key, and what Azure makes by the name. */
export function jobNames(config: DeploymentConfig): readonly RuleProblem[] {
  const services = all(config);
  const taken = new Map(services.flatMap(namesOf));
  return jobsOf(config).flatMap(({ key, name }) => {
    const path = ['jobs', key, 'name'];
    const other = taken.get(name);
    taken.set(name, `the name of jobs.${key}`);
    if (services.some((service) => service.key === key))
      return [{ ...problem(['jobs', key], 'is also the key of a service; choose another one'), isAboutKey: true }];
    if (other !== undefined) return [problem(path, `${JSON.stringify(name)} is also ${other}`)];
    const { pattern, allowed } = NAME_RULES.containerApp;
    return pattern.test(name) ? [] : [problem(path, `found ${JSON.stringify(name)}; allowed: ${allowed}`)];
  });
}

/**
 * Names of what a deployment makes for a service by itself, which are cut where they are too long: apps and jobs of an environment
 * share their names (https://learn.microsoft.com/rest/api/resource-manager/containerapps/namespaces/check-name-availability).
 */
export function companionNames(config: DeploymentConfig): readonly RuleProblem[] {
  const services = all(config);
  const taken = new Map(services.map(({ key, name }) => [name, `the name of services.${key}`]));
  return services.flatMap((service) =>
    companionsOf(service).flatMap(([name, what]) => {
      const other = taken.get(name);
      taken.set(name, `the name of ${what} of services.${service.key}`);
      if (other === undefined) return [];
      const message = `${what} would be a job of the name ${JSON.stringify(name)}, which is also ${other}`;
      return [problem(['services', service.key, 'name'], message)];
    }),
  );
}

function companionsOf(service: ServiceConfig): readonly (readonly [name: string, what: string])[] {
  const { migration, smoke, minReplicas, ingress } = service;
  const isAsked = ingress === 'internal' && (smoke !== undefined || minReplicas === 0);
  return [
    ...(migration ? [[companionJobName(service, '-migrate'), 'the migration'] as const] : []),
    ...(isAsked ? [[companionJobName(service, '-smoke'), 'the smoke requests'] as const] : []),
  ];
}

function namesOf(service: ServiceConfig): readonly (readonly [name: string, whose: string])[] {
  return [
    [service.name, `the name of services.${service.key}`],
    [companionJobName(service, '-migrate'), `the name of the migration of services.${service.key}`],
    [companionJobName(service, '-smoke'), `the name of the smoke requests of services.${service.key}`],
  ];
}

export function jobImages(config: DeploymentConfig): readonly RuleProblem[] {
  return jobsOf(config).flatMap(({ key, image, dockerfile }) => {
    if (image !== undefined && dockerfile !== undefined)
      return [problem(['jobs', key, 'image'], 'and a Dockerfile are two images; keep one of them')];
    if (image !== undefined || dockerfile !== undefined) return [];
    const message = `needs an image, or what it is built from: jobs.${key}.build`;
    return [problem(['jobs', key], message)];
  });
}

/** What starts a job, of which there is one thing: https://learn.microsoft.com/azure/container-apps/jobs#job-trigger-types */
export function jobTriggers(config: DeploymentConfig): readonly RuleProblem[] {
  return jobsOf(config).flatMap((job) => {
    const { key, schedule, event } = job;
    if (schedule !== undefined && event)
      return [problem(['jobs', key, 'event'], 'and schedule are two triggers; make two jobs, or keep one of them')];
    const wrong = schedule === undefined ? undefined : cronProblem(schedule);
    return [...(wrong === undefined ? [] : [problem(['jobs', key, 'schedule'], wrong)]), ...eventProblems(job)];
  });
}

/** An execution has no more replicas than run at a time: https://learn.microsoft.com/azure/container-apps/jobs#advanced-job-configuration */
export function jobReplicas(config: DeploymentConfig): readonly RuleProblem[] {
  return jobsOf(config).flatMap(({ key, parallelism, completions }) =>
    completions <= parallelism
      ? []
      : [
          problem(
            ['jobs', key, 'completions'],
            `found ${completions}; at most parallelism (${parallelism}) is allowed`,
          ),
        ],
  );
}

/**
 * Of apps only: nobody sends requests to a job (https://github.com/Azure/azure-rest-api-specs/pull/23724), and how busy it is
 * says nothing about one that does not run (https://keda.sh/docs/latest/scalers/cpu/, https://keda.sh/docs/latest/scalers/memory/).
 */
const NOT_OF_JOBS = ['http', 'tcp', 'cpu', 'memory'];

function eventProblems({ key, event }: JobConfig): readonly RuleProblem[] {
  if (!event) return [];
  const path = ['jobs', key, 'event'];
  const { rules, minExecutions, maxExecutions } = event;
  const names = Object.keys(rules).flatMap((name): readonly RuleProblem[] => {
    const wrong = ruleNameProblem(name);
    return wrong === undefined ? [] : [{ ...problem([...path, 'rules', name], wrong), isAboutKey: true }];
  });
  const types = Object.entries(rules).flatMap(([name, { type }]) => {
    const at = [...path, 'rules', name, 'type'];
    if (NOT_OF_JOBS.includes(type.toLowerCase())) return [problem(at, `${type} is for services; it starts no job`)];
    return /^[a-z0-9-]+$/.test(type)
      ? []
      : [problem(at, `found ${JSON.stringify(type)}; expected the name of a KEDA scaler, such as azure-servicebus`)];
  });
  const lacking = Object.entries(rules).flatMap(([name, rule]) => scalerProblems([...path, 'rules', name], rule));
  return [
    ...(Object.keys(rules).length === 0 ? [problem([...path, 'rules'], 'is empty; what starts the job?')] : []),
    ...names,
    ...types,
    ...lacking,
    ...(minExecutions > maxExecutions
      ? [problem([...path, 'min_executions'], `${minExecutions} is more than max_executions (${maxExecutions})`)]
      : []),
  ];
}
