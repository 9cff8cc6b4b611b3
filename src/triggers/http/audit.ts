import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { RouteName } from '../../domain/api/route-table.ts';
import { DONE } from '../../domain/audit.ts';
import { ENVIRONMENT_NAME } from '../../domain/environment-name.ts';
import { environmentOfRun } from '../../domain/runs/run-id.ts';
import { recordCall } from '../../runs/audit/record-call.ts';
import { BoundedMap } from '../../shared/bounded-map.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { AppServices } from '../app-services.ts';
import type { Caller } from './access.ts';
import type { HttpProblem } from './answer.ts';
import { printable } from './printable.ts';

interface AuditedCall {
  readonly name: RouteName;
  readonly request: HttpRequest;
  readonly caller: Caller;
}

const REFUSALS: readonly number[] = [401, 403];
/** Who is refused again and again is written down once in this time. */
const REFUSAL_IN_MS = 60_000;
const REMEMBERED = 1000;

/** Writes down calls that change something, and those that were refused. */
interface Audit {
  answered(call: AuditedCall, answer: HttpResponseInit): Promise<void>;
  /** @param problem undefined: a bug of ours */
  failed(call: AuditedCall, problem: HttpProblem | undefined): Promise<void>;
}

const audits = new WeakMap<AppServices, Audit>();

/** That of an app: all of its routes write to one. */
export function auditOf(app: AppServices): Audit {
  const audit = audits.get(app) ?? createAudit(app);
  audits.set(app, audit);
  return audit;
}

/** What cannot be written down is logged instead: the call was answered for by then. */
function createAudit(app: AppServices): Audit {
  const refused = new BoundedMap<string, number>(REMEMBERED);

  /** Nobody fills the storage with what was refused. */
  function isNews(call: AuditedCall, environment: string, outcome: string): boolean {
    const [key, now] = [JSON.stringify([call.name, call.caller.name, environment, outcome]), app.clock.now().getTime()];
    if (now - (refused.get(key) ?? Number.NEGATIVE_INFINITY) < REFUSAL_IN_MS) return false;
    refused.set(key, now);
    return true;
  }

  async function write({ name, request, caller }: AuditedCall, outcome: string, runId: string | null): Promise<void> {
    const environment = environmentOf(request, runId);
    if (environment === undefined) return;
    const entry = { by: caller.name, from: addressOf(request), operation: name, environment, runId, outcome };
    try {
      await recordCall(app, entry);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      app.logger.log('error', `not written to the audit trail (${app.mask(why)}): ${JSON.stringify(entry)}`);
    }
  }

  return {
    async answered(call, { jsonBody }) {
      if (call.request.method === 'GET') return;
      const begun = isJsonObject(jsonBody) && typeof jsonBody.runId === 'string' ? jsonBody.runId : null;
      await write(call, DONE, call.request.params.runId ?? begun);
    },
    async failed(call, problem) {
      const { request } = call;
      const { status, code } = problem?.problem ?? { status: 500, code: 'internal_error' };
      const isRefusal = REFUSALS.includes(status);
      if (request.method === 'GET' && !isRefusal) return;
      const environment = environmentOf(request, null) ?? '';
      if (isRefusal && !isNews(call, environment, code)) return;
      await write(call, code, request.params.runId ?? null);
    },
  };
}

/** Undefined: it is about none, or about what cannot be one. */
function environmentOf({ params }: HttpRequest, runId: string | null): string | undefined {
  const run = params.runId ?? runId;
  const found = params.environment ?? (run === null ? '' : environmentOfRun(run));
  return ENVIRONMENT_NAME.test(found) ? found : undefined;
}

/**
 * The last address of the header, which the host in front appended; whatever stands before it came from outside.
 * https://learn.microsoft.com/azure/app-service/configure-language-dotnetcore#detect-https-session
 */
function addressOf(request: HttpRequest): string {
  const chain = request.headers.get('x-forwarded-for') ?? '';
  return printable(chain.split(',').at(-1)?.trim() ?? '') || 'unknown';
}
