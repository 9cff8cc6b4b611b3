import type { Notice, NoticeValue, NotificationConfig } from '../../domain/notices/notice.ts';
import { noticeBody } from '../../domain/notices/notice.ts';
import { recordedOutput } from '../../domain/outputs.ts';
import type { EventRecorder } from '../../engine/event-recorder.ts';
import type { LoadedRun } from '../../engine/load-run.ts';
import type { StepMemory } from '../../engine/memory.ts';
import { type NoticeRecord, noticeRecord } from '../../engine/notices/notice-record.ts';
import type { Services } from '../../engine/services.ts';
import { settleAll } from '../../engine/settle.ts';
import { webhookHeaders } from './signature.ts';

/** An answer that takes longer is none: it is asked again later, and nothing waits for it. */
const LONGEST_ANSWER_IN_MS = 5000;
/** Seconds until the next try: about two hours in all. */
const PAUSES_IN_SECONDS = [15, 60, 300, 900, 1800, 3600];

type Teller = Pick<LoadedRun, 'config' | 'stores'>;

/** Writes down what there is to tell, before it is told: a crash in between tells it then. Nothing where no webhook asks for it. */
export async function remember(
  services: Services,
  { config }: Pick<LoadedRun, 'config'>,
  memory: StepMemory,
  member: string,
  notice: Notice | undefined,
): Promise<void> {
  if (!notice || !services.post || memory.read(noticeRecord, member)) return;
  const asking = Object.values(config.notifications ?? {}).some(({ events }) => events.includes(notice.event));
  if (!asking) return;
  const masked = { ...notice, title: services.mask(notice.title), text: services.mask(notice.text) };
  await memory.write(noticeRecord, { notice: masked, attempts: 0, delivered: [], isSettled: false }, member);
}

/**
 * Tells everybody who has yet to be told, once. Who took it is written down, and is not told again; a call whose answer was lost is
 * repeated under the same id.
 *
 * @returns in how many seconds it is tried again; undefined: everybody was told, or is given up
 */
export async function tell(
  services: Services,
  run: Teller,
  memory: StepMemory,
  member: string,
  events: EventRecorder,
): Promise<number | undefined> {
  const record = memory.read(noticeRecord, member);
  const { post } = services;
  if (!record || record.isSettled || !post) return undefined;
  const asked = Object.entries(run.config.notifications ?? {}).filter(
    ([name, { events: wanted }]) => wanted.includes(record.notice.event) && !record.delivered.includes(name),
  );
  const outcomes = await settleAll(
    asked.map(async ([name, webhook]) => ({ name, ...(await send({ services, run, post }, record, name, webhook)) })),
  );
  const attempts = record.attempts + 1;
  const failed = outcomes.filter(({ why }) => why !== undefined);
  const delivered = [...record.delivered, ...outcomes.flatMap(({ name, why }) => (why === undefined ? [name] : []))];
  const isWorthwhile = failed.some(({ isLasting }) => !isLasting);
  const pause = isWorthwhile ? PAUSES_IN_SECONDS[attempts - 1] : undefined;
  await memory.write(noticeRecord, { ...record, attempts, delivered, isSettled: pause === undefined }, member);
  for (const { name, why } of failed) {
    const next = pause === undefined ? 'it is not tried again' : `tried again in ${pause} seconds`;
    const message = `the webhook ${name} was not told of ${record.notice.event}: ${why}; ${next}`;
    events.add({ type: 'log', level: 'warning', message }, `untold-${member}-${name}-${attempts}`);
  }
  await events.flush();
  return pause;
}

interface Sending {
  readonly services: Services;
  readonly run: Teller;
  readonly post: NonNullable<Services['post']>;
}

interface Outcome {
  /** It was not taken. Says nothing of the path of the address, which may be a secret. */
  readonly why?: string;
  /** It would not be taken later either. */
  readonly isLasting?: true;
}

async function send(
  sending: Sending,
  { notice }: NoticeRecord,
  name: string,
  { url, secret, body: template }: NotificationConfig,
): Promise<Outcome> {
  const { services, post } = sending;
  try {
    const address = await textOf(sending, url);
    const key = secret && (await textOf(sending, secret));
    if (address === undefined || !isAddress(address))
      return { why: 'its address is not there, or is none', isLasting: true };
    if (secret && key === undefined) return { why: 'the secret of its signature is not there', isLasting: true };
    const body = noticeBody(notice, template);
    // As the spec has it, without dots, which part what is signed.
    const id = `${notice.runId}-${notice.event}-${notice.planDigest.slice(0, 12)}-${name}`;
    const headers = {
      'content-type': 'application/json',
      ...webhookHeaders({ id, at: services.clock.now(), body }, key),
    };
    const signal = AbortSignal.timeout(LONGEST_ANSWER_IN_MS);
    const answer = await post(address, { method: 'POST', redirect: 'manual', headers, body, signal });
    await answer.body?.cancel();
    return answer.ok ? {} : { why: `${new URL(address).host} answered ${answer.status}` };
  } catch (error) {
    return { why: services.mask(error instanceof Error ? error.message : String(error)) };
  }
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && ['https:', 'http:'].includes(new URL(text).protocol);
}

async function textOf({ services, run }: Sending, value: NoticeValue): Promise<string | undefined> {
  if (value.source === 'literal') return value.text;
  if (value.source === 'environment') return services.secrets.environment(value.variable);
  const vaultUri = recordedOutput((await run.stores.state.read()).value, 'vaultUri');
  if (vaultUri === undefined) return undefined;
  const azure = await services.azure(run.config);
  return (await azure.vault(vaultUri).get(value.name))?.value;
}
