import type { ServiceConfig } from '../../domain/config/model.ts';
import { domainTimeoutInSeconds, validationOf } from '../../domain/config/service/domain-validation.ts';
import type { DomainConfig } from '../../domain/config/service/service-domains.ts';
import { convergeAll } from '../../engine/converge.ts';
import { defineRecords, doneSchema } from '../../engine/record.ts';
import type { StepContext } from '../../engine/step.ts';
import { tellOnce } from '../../engine/tell-once.ts';
import { notReady, untilReady } from '../../engine/waiting/until-ready.ts';
import type { Waiting } from '../../engine/waiting/waiting.ts';
import { domainRecords } from '../../resources/app/domain-records.ts';
import { recordsOfDomain, tokenRecord } from '../../resources/dns-record.ts';
import { UserError } from '../../shared/errors.ts';
import { missingRecords } from './shown-records.ts';

/** People make records in minutes, and resolvers forget that there were none in as many. */
export const LONGEST_PAUSE_IN_SECONDS = 60;

/** DNS has shown the records of the name in this run. */
const shown = defineRecords({ name: 'shown', scope: 'run', schema: doneSchema });

/** Whether DNS has shown them in this run. */
export function hasShown({ memory }: StepContext, { name }: DomainConfig): boolean {
  return memory.read(shown, name) === true;
}

/**
 * Makes those records of a name that are ours to make, and waits until DNS shows all of them.
 *
 * @returns nothing to wait for when it does
 * @throws UserError `domain_not_shown`, with what was found instead
 */
export async function awaitRecords(
  context: StepContext,
  service: ServiceConfig,
  domain: DomainConfig,
): Promise<Waiting | undefined> {
  const { name } = domain;
  const token = tokenRecord(context, domain);
  const own = await convergeAll(
    context,
    recordsOfDomain(context, service, domain).filter(({ key }) => key !== token?.key),
  );
  if (own.kind === 'waiting') return own;
  if (hasShown(context, domain)) return undefined;
  return await untilReady<undefined>(context, `dns:${name}`, async () => {
    const missing = await missingRecords(context.azure.dns, neededRecords(context, service, domain));
    if (missing.length === 0) {
      context.progress(`${name}: DNS shows its records`);
      await context.memory.write(shown, true, name);
      return undefined;
    }
    const what = `${name} needs in DNS:\n${missing.map((line) => `  ${line}`).join('\n')}`;
    await tellOnce(context, `dns:${name}`, what, (text) => context.progress(text));
    return notReady<undefined>({
      on: `DNS to show the records of ${name}`,
      limitInSeconds: domainTimeoutInSeconds(context.config),
      longestPauseInSeconds: LONGEST_PAUSE_IN_SECONDS,
      isIdle: true,
      whenOver: () => {
        throw notShown(context, what);
      },
    });
  });
}

/** With a token the name may lead elsewhere, e.g. to a proxy before the app. */
function neededRecords(context: StepContext, service: ServiceConfig, domain: DomainConfig) {
  const all = domainRecords(context, service, domain);
  return validationOf(service, domain) === 'txt' ? all.filter(({ type }) => type === 'TXT') : all;
}

function notShown({ config }: StepContext, what: string): UserError {
  const waited = domainTimeoutInSeconds(config);
  return new UserError(`The application is released, but after ${waited} seconds ${what}`, {
    code: 'domain_not_shown',
    hint: 'Make these records, and deploy again: it goes on from there. advanced.domain_timeout says how long a run waits.',
  });
}
