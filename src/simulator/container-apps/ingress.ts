import { serves } from './health.ts';
import type { Configuration, Template } from './model.ts';
import { type RevisionRecord, type RevisionSet, revisionPhase, sicknessOf } from './revision.ts';
import { chooseRevision, labelledRevision } from './traffic.ts';

export interface IngressReply {
  readonly status: number;
  readonly body: string;
  /** The one it was sent to, if there was one. */
  readonly revision?: string;
}

/** An app with an address, as the ingress of its environment sees it. */
export interface AddressedApp {
  readonly name: string;
  readonly set: RevisionSet;
}

export interface HostTarget {
  readonly app: string;
  /** `app--suffix`: one revision only. */
  readonly revision?: string;
  /** `app---label`: the revision that carries it. */
  readonly label?: string;
  /** The name of the inside, `app.internal.domain`. */
  readonly internal: boolean;
}

/** Takes apart a host name below an environment's default domain; undefined when it is none. */
export function hostTarget(host: string, defaultDomain: string): HostTarget | undefined {
  const suffix = `.${defaultDomain.toLowerCase()}`;
  if (!host.toLowerCase().endsWith(suffix)) return undefined;
  const labels = host.slice(0, -suffix.length).toLowerCase();
  const internal = labels.endsWith('.internal');
  const name = internal ? labels.slice(0, -'.internal'.length) : labels;
  const [, app, separator, rest] = /^(.+?)(---|--)(.+)$/.exec(name) ?? [];
  if (app === undefined) return { app: name, internal };
  return separator === '---' ? { app, label: rest ?? '', internal } : { app, revision: name, internal };
}

/** The page of Container Apps for a name that leads nowhere; internal names lead nowhere from outside. */
export const noSuchApp: IngressReply = {
  status: 404,
  body: '<!DOCTYPE html><html><head><title>Azure Container App - Unavailable</title></head><body><h1>Error 404 - This Container App is stopped or does not exist.</h1></body></html>',
};

const noUpstream: IngressReply = { status: 503, body: 'no healthy upstream' };
const upstreamTimeout: IngressReply = { status: 504, body: 'stream timeout' };

/**
 * What a request from the internet gets. Only a healthy revision answers; a revision that has never been healthy leaves
 * the request waiting (504), and without any active revision there is nothing to route to (503).
 * `pick` is a number in [0, 1): where it falls among the traffic weights.
 */
export function answerFromOutside(
  target: HostTarget,
  app: AddressedApp | undefined,
  path: string,
  pick: number,
): IngressReply {
  const ingress = app?.set.configuration.ingress;
  if (!app || !ingress?.external || target.internal || ingress.transport?.toLowerCase() === 'tcp') return noSuchApp;
  if (target.revision !== undefined || target.label !== undefined) {
    const record =
      target.label === undefined
        ? app.set.records.find(({ name }) => name === target.revision)
        : labelledRevision(app.set, target.label);
    return record && revisionPhase(app.set, record) !== 'stopped'
      ? answerFromRevision(app.set, record, path)
      : noSuchApp;
  }
  const record = chooseRevision(app.set, pick);
  return record ? answerFromRevision(app.set, record, path) : noUpstream;
}

function answerFromRevision(set: RevisionSet, record: RevisionRecord, path: string): IngressReply {
  const phase = revisionPhase(set, record);
  if (phase === 'stopped') return { ...noUpstream, revision: record.name };
  if (phase !== 'healthy') return { ...upstreamTimeout, revision: record.name };
  const reply = (status: number, body: string): IngressReply => ({ status, body, revision: record.name });
  if (sicknessOf(set, record) !== undefined) return reply(500, '{"detail":"Internal Server Error"}');
  return isServed(set.configuration, record, path)
    ? reply(200, '{"status":"ok"}')
    : reply(404, '{"detail":"Not Found"}');
}

/** The paths of the application: its probes', what its image declares, its root and its API documentation. */
function isServed(configuration: Configuration, record: RevisionRecord, path: string): boolean {
  if (path === '/' || /^\/(api\/)?(docs|swagger|openapi\.json)(\/|$)/.test(path)) return true;
  return ((record.template as Template).containers ?? []).some((container, index) => {
    const behaviour = record.behaviours[index];
    if (behaviour?.healthPaths && serves(behaviour, path)) return true;
    return (container.probes ?? []).some(
      ({ httpGet }) => httpGet?.path === path && httpGet.port === (configuration.ingress?.targetPort || httpGet.port),
    );
  });
}
